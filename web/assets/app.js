// Everything works without this script; it adds sorting, keys, copying, dropping and news.
"use strict";
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const say = (text) => { const said = $("#said"); if (said) { said.textContent = text; } };

  // ---- tables: sorting, and what each figure is when a row is a card ----
  const value = (row, column) => {
    const cell = row.cells[column];
    const time = cell && $("time", cell);
    return time ? time.dateTime : cell ? cell.textContent.trim() : "";
  };
  const number = (text) => {
    const digits = text.replace(/[\u202f\u00a0\s,%\u00d7=\u25b2\u25bc]/g, "");
    return digits !== "" && !Number.isNaN(Number(digits)) ? Number(digits) : null;
  };
  const compare = (a, b) => {
    const x = number(a), y = number(b);
    if (x !== null && y !== null) { return x - y; }
    return a.localeCompare(b, "en", { numeric: true });
  };
  const sortBy = (table, head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending" ||
      (!head.hasAttribute("aria-sort") && head.classList.contains("num"));
    $$("th[aria-sort]", table).forEach((th) => th.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].filter((row) => !row.classList.contains("sum"));
    const sums = [...body.rows].filter((row) => row.classList.contains("sum"));
    rows.sort((a, b) => (down ? -1 : 1) * compare(value(a, column), value(b, column)));
    body.append(...rows, ...sums);
    say(`Sorted by ${head.textContent.trim()}, ${down ? "descending" : "ascending"}`);
  };
  const prepareTables = (from) => $$("table[data-sort]", from).forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const name = head.textContent.trim();
      $$("tbody tr", table).forEach((row) => {
        const cell = row.cells[column];
        if (cell && column > 1 && cell.textContent.trim() && !cell.dataset.label) { cell.dataset.label = name; }
      });
      if (head.hasAttribute("data-fixed") || name === "" || table.tBodies[0].rows.length < 2) { return; }
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = name;
      button.addEventListener("click", () => sortBy(table, head, column));
      head.replaceChildren(button);
    });
  });

  // ---- keys ----
  const step = (items, by) => {
    if (items.length === 0) { return; }
    const at = items.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + by, 0), items.length - 1);
    items[to].focus();
    items[to].scrollIntoView({ block: "nearest" });
  };
  const visible = (item) => item.getClientRects().length > 0;
  const help = $("#help");
  const copy = async () => {
    const text = $("#ticket-text");
    if (!text) { say("There is no ticket text on this screen"); return; }
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.closest("details").open = true;
      text.focus();
      text.select();
      document.execCommand("copy");
    }
    say("The ticket text was copied");
    const button = $("#copy-ticket");
    if (button) { button.textContent = "Copied"; }
  };
  let chord = 0;
  const go = { i: "/inbox", u: "/unknown", t: "/trends", f: "/fleet", r: "/rules" };
  const keys = {
    "/": () => { const field = $("#q"); if (field) { field.focus(); field.select(); } },
    j: () => step($$("[data-row]").filter(visible), 1),
    k: () => step($$("[data-row]").filter(visible), -1),
    n: () => step($$("[data-sign], ol.signs > li").filter(visible), 1),
    p: () => step($$("[data-sign], ol.signs > li").filter(visible), -1),
    c: copy,
    "?": () => help && !help.open && help.showModal(),
    g: () => { chord = Date.now(); },
  };
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (at.matches("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") { at.blur(); }
      return;
    }
    if (help && help.open) { return; }
    if (Date.now() - chord < 1200 && go[event.key]) { location.assign(go[event.key]); return; }
    const action = keys[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  // ---- dropping a file ----
  const prepareDrop = () => {
    const form = $("form[data-drop]");
    if (!form) { return; }
    const box = $(".drop", form), field = $("input[type=file]", form);
    ["dragenter", "dragover"].forEach((kind) => document.addEventListener(kind, (event) => {
      event.preventDefault();
      box.classList.add("over");
    }));
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) { box.classList.remove("over"); } });
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("over");
      if (event.dataTransfer.files.length) {
        field.files = event.dataTransfer.files;
        say(`${field.files[0].name} is chosen`);
      }
    });
  };

  // ---- news ----
  const prepareNews = () => {
    const source = document.body.dataset.live;
    if (!source) { return; }
    let last = null;
    const look = async () => {
      if (document.hidden) { return; }
      try {
        const answer = await fetch(source, { headers: { Accept: "application/json" } });
        if (!answer.ok) { return; }
        const now = (await answer.json()).pulse;
        if (last !== null && now !== last && !$("#fresh")) { offer(); }
        last = now;
      } catch { /* the server was stopped; the page stays readable */ }
    };
    const offer = () => {
      const button = document.createElement("button");
      button.id = "fresh";
      button.className = "button primary fresh";
      button.textContent = "There is news: show it";
      button.addEventListener("click", () => location.reload());
      $("main").prepend(button);
      say("There are new findings");
    };
    look();
    setInterval(look, 15000);
  };

  prepareTables(document);
  $$("ol.signs > li").forEach((sign) => { sign.tabIndex = -1; });
  prepareDrop();
  prepareNews();
  $("#help-open")?.removeAttribute("hidden");
  $("#help-open")?.addEventListener("click", () => help.showModal());
  $("#copy-ticket")?.removeAttribute("hidden");
  $("#copy-ticket")?.addEventListener("click", copy);
})();
