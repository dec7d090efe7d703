install(TARGETS setupdx RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY patterns/rules patterns/codes/tables DESTINATION ${CMAKE_INSTALL_DATADIR}/setupdx
        FILES_MATCHING PATTERN "*.yaml")
install(DIRECTORY parser/formats DESTINATION ${CMAKE_INSTALL_DATADIR}/setupdx
        FILES_MATCHING PATTERN "*.yaml")
