# dx_embed(FILE): writes generated/FILE.inc, the text file as one C string literal.
function(dx_embed file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${file})
    file(READ ${PROJECT_SOURCE_DIR}/${file} text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n\"\n\"" text "${text}")
    file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/generated/${file}.inc CONTENT "\"${text}\"\n")
endfunction()

dx_embed(db/schema.sql)
