#include <curl/curl.h>

// Swift cannot call C functions with variable arguments: one typed form for each kind of option.
static inline CURLcode sanderling_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sanderling_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sanderling_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sanderling_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}
typedef size_t (*sanderling_sink)(char *, size_t, size_t, void *);
static inline CURLcode sanderling_set_sink(CURL *handle, CURLoption option, sanderling_sink value) {
  return curl_easy_setopt(handle, option, value);
}
// Called when the way to the server stands, through proxies and TLS, and before the first byte of each request.
typedef int (*sanderling_prelude)(void *, char *, char *, int, int);
static inline CURLcode sanderling_set_prelude(CURL *handle, sanderling_prelude value) {
  return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}
static inline CURLcode sanderling_get_number(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode sanderling_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode sanderling_global_init(void) { return curl_global_init(CURL_GLOBAL_ALL); }
// The outcome of a finished transfer: Swift sees no members of the union in CURLMsg that it could trust.
static inline CURLcode sanderling_message_result(const CURLMsg *message) { return message->data.result; }
