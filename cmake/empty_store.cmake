# db/empty_store.inc: an empty store, made by SQLite from the schema while the program is built.  A
# program for another kind of machine makes its stores step by step.
set(empty_store ${PROJECT_BINARY_DIR}/generated/db/empty_store.inc)
if(CMAKE_CROSSCOMPILING)
    file(CONFIGURE OUTPUT ${empty_store} CONTENT "enum { SIZE = 0 };
static const unsigned char bytes[] = {0};
static const struct { unsigned at, n; } runs[] = {{0, 0}};
")
else()
    add_executable(empty_store cmake/empty_store.c)
    target_include_directories(empty_store PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
    target_link_libraries(empty_store PRIVATE dx::SQLITE)
    add_custom_command(OUTPUT ${empty_store} COMMAND empty_store ${empty_store} DEPENDS empty_store VERBATIM)
    target_sources(dx_db PRIVATE ${empty_store})
endif()
