/* An upload client that costs little: a thread for each connection, blocking sockets, bodies by sendfile().
 *
 *   load --protocol P --port N [--open-port N] --size BYTES --chunk BYTES --count N --at-once N --source FILE
 *   load --touch MIB     take and free so much memory, for a VM that gives pages back to its host
 *
 * Prints one line of JSON. `size` is that of each file, `count` how many files in all. Uploads are
 * opened at another port where there is one. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 2048, PLACE = 512, BODY = 8192, STEP = 1 << 20 };

static int port, open_port, at_once = 1, source;
static long count = 1, request_room;
static int64_t size = 1 << 20, chunk = 1 << 20;
static atomic_long next_upload, uploads, failures, requests;
static atomic_llong sent;
static double *request_ms;
static pthread_barrier_t gate;
static pthread_mutex_t first_lock = PTHREAD_MUTEX_INITIALIZER;
static char first_failure[300];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* The line, kept in printable characters that need no escape in JSON. */
static int failed(const char *what, int status, const char *more) {
  atomic_fetch_add(&failures, 1);
  pthread_mutex_lock(&first_lock);
  if (!first_failure[0]) {
    snprintf(first_failure, sizeof first_failure, "%s: status %d %.200s", what, status, more);
    for (char *c = first_failure; *c; c++)
      if (*c == '"' || *c == '\\' || (unsigned char)*c < 32 || (unsigned char)*c > 126) *c = ' ';
  }
  pthread_mutex_unlock(&first_lock);
  return -1;
}

struct line {
  int socket, port;
};

static int dial(int port) {
  int one = 1, line = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct timeval patience = {120, 0};
  if (connect(line, (struct sockaddr *)&to, sizeof to)) {
    close(line);
    return -1;
  }
  setsockopt(line, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(line, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(line, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return line;
}

static int send_bytes(int line, const char *bytes, size_t left, int flags) {
  while (left) {
    ssize_t n = send(line, bytes, left, flags | MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    bytes += n;
    left -= n;
  }
  return 0;
}

static int send_source(int line, off_t at, int64_t left) {
  while (left > 0) {
    ssize_t n = sendfile(line, source, &at, left > STEP ? STEP : left);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    left -= n;
    atomic_fetch_add(&sent, n);
  }
  return 0;
}

struct answer {
  int status, closes;
  char location[PLACE], body[BODY];
};

static void keep(char *to, size_t room, const char *from, size_t length) {
  if (length > room - 1) length = room - 1;
  memcpy(to, from, length);
  to[length] = 0;
}

static void read_fields(struct answer *a, const char *field, const char *end, int64_t *length, int *chunked) {
  while (field < end) {
    const char *stop = strstr(field, "\r\n");
    if (!strncasecmp(field, "content-length:", 15)) *length = atoll(field + 15);
    if (!strncasecmp(field, "transfer-encoding: chunked", 26)) *chunked = 1;
    if (!strncasecmp(field, "connection: close", 17)) a->closes = 1;
    if (!strncasecmp(field, "location: ", 10)) keep(a->location, PLACE, field + 10, stop - field - 10);
    field = stop + 2;
  }
}

/* Answers are small: what does not fit into the buffer is an error. */
static int receive(int line, struct answer *a) {
  char in[65536], *end = NULL;
  size_t have = 0;
  memset(a, 0, sizeof *a);
  for (;;) {
    int64_t length = -1;
    int chunked = 0;
    ssize_t n = recv(line, in + have, sizeof in - 1 - have, 0);
    if (n <= 0) return -1;
    have += n;
    in[have] = 0;
    if (!end && !(end = strstr(in, "\r\n\r\n"))) continue;
    a->status = atoi(in + 9);
    read_fields(a, strstr(in, "\r\n") + 2, end, &length, &chunked);
    size_t body = have - (end + 4 - in);
    if (a->status == 204) length = 0;
    if (chunked ? body < 5 || memcmp(in + have - 5, "0\r\n\r\n", 5) : (int64_t)body < length) continue;
    if (!chunked && length < 0) return -1;
    keep(a->body, BODY, end + 4, body);
    return 0;
  }
}

/* One request, on a new line where the old one is closed. */
static int request(struct line *line, const char *head, off_t at, int64_t body, struct answer *a) {
  double start = now();
  if (line->socket < 0 && (line->socket = dial(line->port)) < 0) return -1;
  int broken = send_bytes(line->socket, head, strlen(head), body ? MSG_MORE : 0) || send_source(line->socket, at, body);
  broken = receive(line->socket, a) || broken; /* a refusal may come before the whole body is out */
  if (broken || a->closes) {
    close(line->socket);
    line->socket = -1;
  }
  if (broken) return -1;
  long i = atomic_fetch_add(&requests, 1);
  if (i < request_room) request_ms[i] = (now() - start) * 1e3;
  return 0;
}

/* A protocol: the head that opens an upload, what names it afterwards, and the head of each chunk. Where `open` sends
 * the file itself there are no chunks. Where the client names its uploads `label` does, and nothing is opened; `finish`
 * is the head of what comes after the chunks. */
struct protocol {
  const char *name;
  int whole;
  void (*open)(char *head, long number);
  int (*place)(const struct answer *a, char *place);
  void (*put)(char *head, const char *place, int64_t at, int64_t length);
  int (*accepted)(const struct answer *a);
  void (*label)(char *place, long number);
  void (*finish)(char *head, const char *place);
};

static int created(const struct answer *a, char *place) {
  const char *path = a->location;
  if (!strncmp(path, "http://", 7)) path = strchr(path + 7, '/');
  if (a->status != 201 || !path || !*path) return -1;
  keep(place, PLACE, path, strlen(path));
  return 0;
}
static int is_2xx(const struct answer *a) { return a->status >= 200 && a->status < 300; }
static int is_code_0(const struct answer *a) { return a->status == 200 && strstr(a->body, "\"code\":0"); }

static void tus_open(char *head, long number) {
  (void)number;
  snprintf(head, HEAD,
           "POST /files HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTus-Resumable: 1.0.0\r\nUpload-Length: %lld\r\n"
           "Upload-Metadata: filename Zi5iaW4=\r\nContent-Length: 0\r\n\r\n",
           port, (long long)size);
}
static void tus_put(char *head, const char *place, int64_t at, int64_t length) {
  snprintf(head, HEAD,
           "PATCH %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: %lld\r\n"
           "Content-Type: application/offset+octet-stream\r\nContent-Length: %lld\r\n\r\n",
           place, port, (long long)at, (long long)length);
}
static void tus_whole(char *head, long number) {
  (void)number;
  snprintf(head, HEAD,
           "POST /files HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTus-Resumable: 1.0.0\r\nUpload-Length: %lld\r\n"
           "Upload-Metadata: filename Zi5iaW4=\r\nContent-Type: application/offset+octet-stream\r\n"
           "Content-Length: %lld\r\n\r\n",
           port, (long long)size, (long long)size);
}

static void bare_open(char *head, long number) {
  (void)number;
  snprintf(head, HEAD, "POST /files HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 0\r\n\r\n", port);
}
static void bare_put(char *head, const char *place, int64_t at, int64_t length) {
  snprintf(head, HEAD,
           "PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Range: bytes %lld-%lld/%lld\r\nContent-Length: %lld\r\n\r\n",
           place, port, (long long)at, (long long)(at + length - 1), (long long)size, (long long)length);
}

static void cloudreve_open(char *head, long number) {
  char body[256];
  int length = snprintf(body, sizeof body, "{\"uri\":\"cloudreve://my/load-%d-%ld.bin\",\"size\":%lld}", getpid(), number,
                        (long long)size);
  snprintf(head, HEAD,
           "PUT /api/v4/file/upload HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
           "Content-Length: %d\r\n\r\n%s",
           open_port, length, body);
}
/* The server chooses the chunk size, so ours has to be the same. */
static int is_cut_alike(const struct answer *a) {
  const char *cut = strstr(a->body, "\"chunk_size\":");
  if (!is_code_0(a) || !cut) return 0;
  int64_t theirs = atoll(cut + 13);
  return theirs == chunk || (size <= chunk && (!theirs || theirs >= size));
}
/* What stands after these words, up to the next quote. */
static int keep_text(char *place, size_t room, const struct answer *a, const char *words) {
  const char *text = strstr(a->body, words);
  if (!text) return -1;
  text += strlen(words);
  keep(place, room, text, strcspn(text, "\""));
  return 0;
}
static int cloudreve_place(const struct answer *a, char *place) {
  return is_cut_alike(a) ? keep_text(place, PLACE, a, "\"session_id\":\"") : -1;
}
static void cloudreve_put(char *head, const char *place, int64_t at, int64_t length) {
  snprintf(head, HEAD, "POST /api/v4/file/upload/%s/%lld HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %lld\r\n\r\n",
           place, (long long)(at / chunk), port, (long long)length);
}
/* A node of the server takes the chunks: the path there, and behind its end the credential. */
static int cloudreve_node_place(const struct answer *a, char *place) {
  char url[PLACE], *path;
  if (!is_cut_alike(a) || keep_text(url, PLACE, a, "\"upload_urls\":[\"http://")) return -1;
  if (!(path = strchr(url, '/'))) return -1;
  size_t length = strlen(path);
  keep(place, PLACE, path, length);
  return keep_text(place + length + 1, PLACE - length - 1, a, "\"credential\":\"");
}
static void cloudreve_node_put(char *head, const char *place, int64_t at, int64_t length) {
  snprintf(head, HEAD,
           "POST %s?chunk=%lld HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: %s\r\nContent-Length: %lld\r\n\r\n",
           place, (long long)(at / chunk), port, place + strlen(place) + 1, (long long)length);
}
static void cloudreve_whole(char *head, long number) {
  snprintf(head, HEAD,
           "PUT /api/v4/file/content?uri=cloudreve://my/load-%d-%ld.bin HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
           "Content-Length: %lld\r\n\r\n",
           getpid(), number, port, (long long)size);
}

/* A GUID, which names the file as well. */
static void image_store_label(char *place, long number) {
  snprintf(place, PLACE, "%08x-0000-4000-8000-%012lx", (unsigned)getpid(), number);
}
static void image_store_put(char *head, const char *place, int64_t at, int64_t length) {
  snprintf(head, HEAD,
           "PUT /ImageStore/%s/$/UploadChunk?api-version=6.0&session-id=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
           "Content-Range: bytes %lld-%lld/%lld\r\nContent-Length: %lld\r\n\r\n",
           place, place, port, (long long)at, (long long)(at + length - 1), (long long)size, (long long)length);
}
static void image_store_finish(char *head, const char *place) {
  snprintf(head, HEAD,
           "POST /ImageStore/$/CommitUploadSession?api-version=6.0&session-id=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
           "Content-Length: 0\r\n\r\n",
           place, port);
}

static void uploadx_open(char *head, long number) {
  char body[128];
  int length = snprintf(body, sizeof body, "{\"name\":\"load-%d-%ld.bin\"}", getpid(), number);
  snprintf(head, HEAD,
           "POST /files HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
           "X-Upload-Content-Type: application/octet-stream\r\nX-Upload-Content-Length: %lld\r\n"
           "Content-Length: %d\r\n\r\n%s",
           port, (long long)size, length, body);
}
static int is_2xx_or_308(const struct answer *a) { return is_2xx(a) || a->status == 308; }

static const struct protocol protocols[] = {
    {"tus", 0, tus_open, created, tus_put, is_2xx, NULL, NULL},
    {"tus-whole", 1, tus_whole, NULL, NULL, is_2xx, NULL, NULL},
    {"uploadx", 0, uploadx_open, created, bare_put, is_2xx_or_308, NULL, NULL},
    {"bare", 0, bare_open, created, bare_put, is_2xx, NULL, NULL},
    {"cloudreve", 0, cloudreve_open, cloudreve_place, cloudreve_put, is_code_0, NULL, NULL},
    {"cloudreve-node", 0, cloudreve_open, cloudreve_node_place, cloudreve_node_put, is_code_0, NULL, NULL},
    {"cloudreve-whole", 1, cloudreve_whole, NULL, NULL, is_code_0, NULL, NULL},
    {"image-store", 0, NULL, NULL, image_store_put, is_2xx, image_store_label, image_store_finish},
};
static const struct protocol *protocol;

static int upload(struct line *line, struct line *opener, long number) {
  char head[HEAD], place[PLACE];
  struct answer a = {0};
  if (protocol->label) protocol->label(place, number);
  else {
    protocol->open(head, number);
    if (request(opener, head, 0, protocol->whole ? size : 0, &a)) return failed("open", a.status, strerror(errno));
    if (protocol->whole) return protocol->accepted(&a) ? 0 : failed("open", a.status, a.body);
    if (protocol->place(&a, place)) return failed("open", a.status, a.body);
  }
  for (int64_t at = 0; at < size; at += chunk) {
    int64_t length = size - at < chunk ? size - at : chunk;
    protocol->put(head, place, at, length);
    if (request(line, head, at, length, &a)) return failed("chunk", a.status, strerror(errno));
    if (!protocol->accepted(&a)) return failed("chunk", a.status, a.body);
  }
  if (!protocol->finish) return 0;
  protocol->finish(head, place);
  if (request(line, head, 0, 0, &a)) return failed("finish", a.status, strerror(errno));
  if (!protocol->accepted(&a)) return failed("finish", a.status, a.body);
  return 0;
}

static void *run(void *unused) {
  struct line line = {dial(port), port}, other = {-1, open_port}, *opener = open_port == port ? &line : &other;
  pthread_barrier_wait(&gate);
  for (;;) {
    long number = atomic_fetch_add(&next_upload, 1);
    if (number >= count) break;
    if (!upload(&line, opener, number)) atomic_fetch_add(&uploads, 1);
  }
  if (line.socket >= 0) close(line.socket);
  if (other.socket >= 0) close(other.socket);
  return unused;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}
static double percentile(long have, double share) { return have ? request_ms[(long)((have - 1) * share + 0.5)] : 0; }

static int touch(const char *mib) {
  size_t bytes = strtoull(mib, NULL, 10) << 20;
  return mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) == MAP_FAILED;
}

static int parse(int argc, char **argv) {
  const char *path = NULL;
  for (int i = 1; i + 1 < argc; i += 2) {
    const char *flag = argv[i], *value = argv[i + 1];
    if (!strcmp(flag, "--port")) port = atoi(value);
    else if (!strcmp(flag, "--open-port")) open_port = atoi(value);
    else if (!strcmp(flag, "--size")) size = atoll(value);
    else if (!strcmp(flag, "--chunk")) chunk = atoll(value);
    else if (!strcmp(flag, "--count")) count = atol(value);
    else if (!strcmp(flag, "--at-once")) at_once = atoi(value);
    else if (!strcmp(flag, "--source")) path = value;
    else if (!strcmp(flag, "--protocol")) {
      for (size_t p = 0; p < sizeof protocols / sizeof *protocols; p++)
        if (!strcmp(value, protocols[p].name)) protocol = &protocols[p];
    } else return -1;
  }
  if (!protocol || !port || !path || (source = open(path, O_RDONLY)) < 0) return -1;
  if (!open_port) open_port = port;
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && !strcmp(argv[1], "--touch")) return touch(argv[2]);
  if (parse(argc, argv)) {
    fprintf(stderr, "load: see the head of load.c\n");
    return 2;
  }
  pthread_t threads[at_once];
  request_room = count * ((size + chunk - 1) / chunk + 1);
  request_ms = calloc(request_room, sizeof *request_ms);
  pthread_barrier_init(&gate, NULL, at_once + 1);
  for (int i = 0; i < at_once; i++)
    if (pthread_create(&threads[i], NULL, run, NULL)) return 2;
  pthread_barrier_wait(&gate);
  double start = now();
  for (int i = 0; i < at_once; i++) pthread_join(threads[i], NULL);
  double seconds = now() - start;
  struct rusage own;
  getrusage(RUSAGE_SELF, &own);
  long have = requests < request_room ? requests : request_room;
  qsort(request_ms, have, sizeof *request_ms, by_value);
  printf("{\"seconds\":%.4f,\"bytes\":%lld,\"uploads\":%ld,\"failures\":%ld,\"requests\":%ld,\"requestMsMedian\":%.3f,"
         "\"requestMs99\":%.3f,\"clientCpuSeconds\":%.3f,\"firstFailure\":\"%s\"}\n",
         seconds, (long long)sent, (long)uploads, (long)failures, (long)requests, percentile(have, .5),
         percentile(have, .99),
         own.ru_utime.tv_sec + own.ru_stime.tv_sec + (own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6, first_failure);
  return 0;
}
