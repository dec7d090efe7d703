#include "redact/key.h"
#include <nettle/sha2.h>

_Static_assert(DX_REDACT_KEY == SHA256_DIGEST_SIZE, "the key is a SHA-256");

void dx_redact_key(dx_str bytes, unsigned char key[DX_REDACT_KEY])
{
    struct sha256_ctx sha;

    sha256_init(&sha);
    sha256_update(&sha, bytes.n, (const uint8_t *)bytes.p);
    sha256_digest(&sha, DX_REDACT_KEY, key);
}
