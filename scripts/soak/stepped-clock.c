/* A wall clock that is stepped from outside: adds the milliseconds in a shared file to what the kernel says of the wall clock. The
 * monotonic clock stays as it is, so that timers and elapsed times are real. Preloaded by scripts/soak; built there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *shift_ms;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void attach(void) {
  const char *path = getenv("SOAK_CLOCK");
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  if (path == NULL) return;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) abort();
  void *page = mmap(NULL, sizeof *shift_ms, PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (page == MAP_FAILED) abort();
  shift_ms = page;
}

int clock_gettime(clockid_t id, struct timespec *now) {
  if (real_clock_gettime == NULL) real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real_clock_gettime(id, now);
  if (result != 0 || shift_ms == NULL || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE)) return result;
  int64_t ms = *shift_ms;
  now->tv_sec += ms / 1000;
  now->tv_nsec += (ms % 1000) * 1000000;
  if (now->tv_nsec >= 1000000000) {
    now->tv_sec += 1;
    now->tv_nsec -= 1000000000;
  }
  return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec fine;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &fine) != 0) return -1;
  now->tv_sec = fine.tv_sec;
  now->tv_usec = fine.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec fine;
  clock_gettime(CLOCK_REALTIME, &fine);
  if (out != NULL) *out = fine.tv_sec;
  return fine.tv_sec;
}
