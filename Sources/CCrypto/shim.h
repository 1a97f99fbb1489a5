#include <openssl/sha.h>
#include <openssl/rand.h>
#include <openssl/evp.h>
#include <stddef.h>

/* SHA256() looks its algorithm up each time, which costs as much as to hash an entry. */
static inline void sha256_of(const unsigned char *bytes, size_t count, unsigned char *digest) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes, count);
  SHA256_Final(digest, &context);
}
