# dx_module(NAME [LIBS packages...] [DEPS modules...]): static library dx_NAME of
# all C files in the folder, with the generated registries of its sub-folders.
function(dx_module name)
    cmake_parse_arguments(M "" "" "LIBS;DEPS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${name}/*.c)
    if(NOT sources)
        return()
    endif()
    add_library(dx_${name} STATIC ${sources})
    target_include_directories(dx_${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
    foreach(dep ${M_DEPS})
        if(TARGET dx_${dep})
            target_link_libraries(dx_${name} PUBLIC dx_${dep})
        endif()
    endforeach()
    foreach(lib ${M_LIBS})
        target_link_libraries(dx_${name} PUBLIC dx::${lib})
    endforeach()
endfunction()

# dx_registry(FOLDER PREFIX): writes generated/FOLDER.inc with one line
# DX_REGISTER(PREFIX_<file name>) for each C file, so that adding a file is enough.
function(dx_registry folder)
    file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.c)
    set(text "")
    foreach(file ${files})
        get_filename_component(stem ${file} NAME_WE)
        string(APPEND text "DX_REGISTER(${stem})\n")
    endforeach()
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${folder}.inc CONTENT "${text}")
endfunction()

dx_registry(report/formats)
dx_registry(report/trends)
