install(TARGETS setupdx RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY patterns/rules patterns/codes/tables DESTINATION ${CMAKE_INSTALL_DATADIR}/setupdx
        FILES_MATCHING PATTERN "*.yaml")
install(DIRECTORY parser/formats DESTINATION ${CMAKE_INSTALL_DATADIR}/setupdx
        FILES_MATCHING PATTERN "*.yaml")

# The program itself knows how to be completed.
if(NOT CMAKE_CROSSCOMPILING)
    set(completion ${PROJECT_BINARY_DIR}/completion/setupdx.bash)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/completion)
    add_custom_command(OUTPUT ${completion}
        COMMAND $<TARGET_FILE:setupdx> completion bash > ${completion}
        DEPENDS setupdx VERBATIM)
    add_custom_target(completion ALL DEPENDS ${completion})
    install(FILES ${completion} RENAME setupdx
            DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()

find_program(SCDOC scdoc)
if(SCDOC)
    set(manual ${PROJECT_BINARY_DIR}/man/setupdx.1)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/man)
    add_custom_command(OUTPUT ${manual}
        COMMAND ${SCDOC} < ${PROJECT_SOURCE_DIR}/docs/setupdx.1.scd > ${manual}
        DEPENDS ${PROJECT_SOURCE_DIR}/docs/setupdx.1.scd VERBATIM)
    add_custom_target(manual ALL DEPENDS ${manual})
    install(FILES ${manual} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
else()
    message(STATUS "scdoc is missing: no manual page is made")
endif()
