#include "parser/quest.h"

#include <stdlib.h>

typedef struct kept {
    dx_quest quest;
    dx_stamper *stamper;
    uint64_t looked; /* bytes of logs before this one */
} kept;

typedef struct of_format {
    const dx_format *format;
    dx_stamper *stamper;
} of_format;

struct dx_quests {
    dx_arena *keep;
    dx_sifts *sifts;
    kept **one; /* so that they stay where they are */
    size_t n, cap;
    of_format *reads; /* lines one by one */
    size_t n_reads, cap_reads;
};

dx_quests *dx_quests_new(void)
{
    dx_arena *keep = dx_arena_new(0);
    dx_quests *all = keep ? dx_arena_get(keep, sizeof *all) : NULL;
    dx_sifts *sifts = all ? dx_sifts_new() : NULL;

    if (sifts == NULL) {
        dx_arena_free(keep);
        return NULL;
    }
    all->keep = keep;
    all->sifts = sifts;
    return all;
}

void dx_quests_free(dx_quests *all)
{
    if (all == NULL)
        return;
    for (size_t i = 0; i < all->n; i++) {
        dx_scanner_free(all->one[i]->quest.scanner);
        dx_stamper_free(all->one[i]->stamper);
    }
    for (size_t i = 0; i < all->n_reads; i++)
        dx_stamper_free(all->reads[i].stamper);
    dx_sifts_free(all->sifts);
    dx_arena_free(all->keep);
}

dx_sifts *dx_quests_sifts(const dx_quests *all)
{
    return all->sifts;
}

dx_stamper *dx_quests_stamper(dx_quests *all, const dx_format *format)
{
    for (size_t i = 0; i < all->n_reads; i++)
        if (all->reads[i].format == format)
            return all->reads[i].stamper;
    dx_stamper *made = dx_stamper_new();
    if (made == NULL)
        return NULL;
    dx_stamper_turn(made, format);
    if (DX_PUSH(all->keep, all->reads, all->n_reads, all->cap_reads, (of_format){format, made}))
        return made;
    dx_stamper_free(made);
    return NULL;
}

static dx_rc make_scanner(dx_quest *q, dx_str log, dx_arena *keep, dx_err *err)
{
    dx_scan_literal *all = dx_arena_get(keep, (q->seek.n + 1) * sizeof *all);
    size_t n = 0;

    q->brief = dx_arena_get(keep, (q->seek.n + 1) * sizeof *q->brief);
    if (all == NULL || q->brief == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < q->seek.n; i++)
        if (q->seek.literal[i].n >= DX_SCAN_LEAST)
            all[n++] = (dx_scan_literal){q->seek.literal[i], UINT32_MAX};
        else
            q->brief[q->n_brief++] = q->seek.literal[i];
    return dx_scanner_new_for(&q->scanner, q->base.scanner, all, n, log, err);
}

static dx_rc make(dx_quests *all, const dx_format *format, const dx_scan_subset *base, dx_str log,
                  dx_err *err)
{
    kept *one = dx_arena_get(all->keep, sizeof *one);

    if (one == NULL || (one->stamper = dx_stamper_new()) == NULL)
        return dx_nomem(err);
    if (!DX_PUSH(all->keep, all->one, all->n, all->cap, one)) {
        dx_stamper_free(one->stamper);
        return dx_nomem(err);
    }
    dx_quest *q = &one->quest;
    q->format = format;
    q->base = *base;
    q->chosen = log.n > 0;
    if (!dx_seek_of(format, all->keep, &q->seek))
        return dx_nomem(err);
    return q->seek.why_not.n > 0 ? DX_OK : make_scanner(q, log, all->keep, err);
}

static kept *find(const dx_quests *all, const dx_format *format, const dx_scan_subset *base)
{
    for (size_t i = all->n; i-- > 0;) {
        const dx_quest *q = &all->one[i]->quest;
        if (q->format == format && q->base.scanner == base->scanner &&
            q->base.wanted == base->wanted)
            return all->one[i];
    }
    return NULL;
}

uint64_t dx_quests_looked(dx_quests *all, const dx_quest *quest, size_t n)
{
    for (size_t i = 0; i < all->n; i++)
        if (&all->one[i]->quest == quest)
            return all->one[i]->looked += n;
    return 0;
}

dx_rc dx_quests_get(dx_quests *all, const dx_format *format, const dx_scan_subset *base, dx_str log,
                    const dx_quest **out, dx_stamper **stamper, dx_err *err)
{
    kept *one = find(all, format, base);

    if (one == NULL && make(all, format, base, log, err) != DX_OK)
        return DX_FAIL;
    if (one == NULL)
        one = all->one[all->n - 1];
    *out = &one->quest;
    *stamper = one->stamper;
    return DX_OK;
}
