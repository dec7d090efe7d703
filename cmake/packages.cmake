# What ./dev install puts on the machine; each becomes an imported target dx::NAME.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
add_library(dx::THREADS ALIAS Threads::Threads)
foreach(pair PCRE2=libpcre2-8 SQLITE=sqlite3 YAML=yaml-0.1 ARCHIVE=libarchive XXHASH=libxxhash NETTLE=nettle CURL=libcurl)
    string(REPLACE "=" ";" pair ${pair})
    list(GET pair 0 name)
    list(GET pair 1 package)
    pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${package})
    add_library(dx::${name} ALIAS PkgConfig::${name})
endforeach()

# The helpdesk page; -DDX_WEB=OFF builds a program without it.
if(DX_WEB)
    pkg_check_modules(MHD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.71)
    add_library(dx::MHD ALIAS PkgConfig::MHD)
endif()
