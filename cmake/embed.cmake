# dx_embed_as(FILE NAME): writes generated/NAME.inc, the text file as one C string literal.
function(dx_embed_as path name)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
    file(READ ${path} text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "?" "\\?" text "${text}") # two of them may begin a trigraph
    string(REPLACE "\n" "\\n\"\n\"" text "${text}")
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${name}.inc CONTENT "\"@text@\"\n" @ONLY)
endfunction()

# dx_embed(FILE): the same for a file of the source tree, under its own name.
function(dx_embed file)
    dx_embed_as(${PROJECT_SOURCE_DIR}/${file} ${file})
endfunction()

# dx_embed_digest(FILE): writes generated/FILE.sha256.inc, "'sha256-...'" as a content security
# policy names what it lets pass.
function(dx_embed_digest file)
    set(letters "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    file(SHA256 ${PROJECT_SOURCE_DIR}/${file} hex)
    set(digest "")
    foreach(at RANGE 0 63 3) # three hexadecimal digits are two letters
        string(SUBSTRING "${hex}00" ${at} 3 group)
        math(EXPR high "0x${group} >> 6")
        math(EXPR low "0x${group} & 63")
        string(SUBSTRING ${letters} ${high} 1 first)
        string(SUBSTRING ${letters} ${low} 1 second)
        string(APPEND digest ${first}${second})
    endforeach()
    string(SUBSTRING ${digest} 0 43 digest) # 256 bits; the rest was filled up
    file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/generated/${file}.sha256.inc
         CONTENT "\"'sha256-${digest}='\"\n")
endfunction()

dx_embed(db/schema.sql)
dx_embed(db/schema2.sql)
dx_embed(db/schema3.sql)
dx_embed(db/schema4.sql)
dx_embed(db/schema5.sql)
dx_embed(db/schema6.sql)
dx_embed(db/schema7.sql)
dx_embed(db/schema8.sql)
dx_embed(db/schema9.sql)
dx_embed(db/schema10.sql)
dx_embed(db/schema11.sql)
dx_embed(db/schema12.sql)
dx_embed(db/schema13_attempts.sql)
dx_embed(db/schema13_sums.sql)
dx_embed(db/schema14_unread.sql)
dx_embed(db/schema14_sums.sql)
dx_embed(db/schema15.sql)
dx_embed(db/views.sql)
dx_embed(redact/kinds.yaml)
dx_embed(report/style.css)
dx_embed_digest(report/style.css)
