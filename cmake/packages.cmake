# What ./dev install puts on the machine; each becomes an imported target dx::NAME.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
add_library(dx::THREADS ALIAS Threads::Threads)
foreach(pair PCRE2=libpcre2-8 SQLITE=sqlite3 YAML=yaml-0.1 XXHASH=libxxhash NETTLE=nettle)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 name)
    list(GET pair 1 package)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
    add_library(dx::${name} ALIAS PkgConfig::${name})
endforeach()

# dx_late(NAME PACKAGE): the same, as dx::NAME, for a library that few runs need.  Where there is a
# shared one, it is not linked but loaded by those (dx_os_library()): DX_NAME_LIBRARY is its name.
find_program(READELF NAMES ${CMAKE_READELF} readelf)
function(dx_late name package)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
    add_library(dx_late_${name} INTERFACE)
    add_library(dx::${name} ALIAS dx_late_${name})
    list(GET ${name}_LINK_LIBRARIES 0 file)
    if(READELF AND file MATCHES "\\.so$")
        execute_process(COMMAND ${READELF} -d ${file} OUTPUT_VARIABLE dynamic ERROR_QUIET)
    endif()
    if(dynamic MATCHES "SONAME[^[]*\\[([^]]+)\\]")
        target_include_directories(dx_late_${name} INTERFACE ${${name}_INCLUDE_DIRS})
        target_compile_definitions(dx_late_${name} INTERFACE DX_${name}_LIBRARY="${CMAKE_MATCH_1}")
        target_link_libraries(dx_late_${name} INTERFACE ${CMAKE_DL_LIBS})
    else()
        target_link_libraries(dx_late_${name} INTERFACE PkgConfig::${name})
    endif()
endfunction()

# Archives.
dx_late(ARCHIVE libarchive)

# Stores in ClickHouse.
dx_late(CURL libcurl)

# The helpdesk page; -DDX_WEB=OFF builds a program without it.
if(DX_WEB)
    dx_late(MHD libmicrohttpd>=0.9.71)
endif()
