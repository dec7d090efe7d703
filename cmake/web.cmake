# The helpdesk page: style, script and pictures are built into the program.  uPlot, which draws
# charts that can be zoomed, comes from npm (./dev install); without it the page has the charts that
# the server draws.
foreach(file app.css app.js icon.svg)
    dx_embed(web/assets/${file})
endforeach()
dx_module(web LIBS MHD DEPS db report patterns core)

set(uplot ${PROJECT_SOURCE_DIR}/npm/node_modules/uplot/dist)
if(EXISTS ${uplot}/uPlot.iife.min.js AND EXISTS ${uplot}/uPlot.min.css)
    dx_embed(web/assets/charts.js)
    dx_embed_as(${uplot}/uPlot.iife.min.js web/assets/uplot.js)
    dx_embed_as(${uplot}/uPlot.min.css web/assets/uplot.css)
    target_compile_definitions(dx_web PRIVATE DX_UPLOT)
else()
    message(STATUS "uPlot is missing (./dev install fetches it with npm): the page gets static charts only")
endif()
