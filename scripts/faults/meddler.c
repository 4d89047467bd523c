// Stands between the daemon and the C library (LD_PRELOAD) and lets the disk fail, or the clock be wrong, as the fault bench orders
// while it runs. Orders and counts are 64-bit numbers in a file that both sides map; meddler.ts writes the same order of them.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

struct orders {
  int64_t write_errno;  // what a write fails with; 0: it does not
  int64_t write_every;  // each n-th fails
  int64_t sync_errno;
  int64_t sync_every;
  int64_t sync_ms;      // a flush takes so long
  int64_t open_errno;   // what opening for writing fails with; 0: it does not
  int64_t wall_ms;      // the wall clock is off by so much
  int64_t discipline;   // 0: the clock is as the kernel says, 1: synchronised, 2: not
  int64_t writes, failed_writes, syncs, failed_syncs, failed_opens, wrong_times;
};

static struct orders nobody;
static struct orders *orders = &nobody;
static const char *folder = "";

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("MEDDLER_ORDERS");
  const char *meddled = getenv("MEDDLER_FOLDER");
  int fd = file == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC);
  if (fd < 0 || meddled == NULL) return;
  void *mapped = mmap(NULL, sizeof(struct orders), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped == MAP_FAILED) return;
  folder = meddled;
  orders = mapped;
}

static int64_t count(int64_t *counter) { return __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED); }

// Whether a path is in the folder that is meddled with.
static int ours(const char *path) { return folder[0] != '\0' && strncmp(path, folder, strlen(folder)) == 0; }

static int ours_open(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return ours(path);
}

// Whether this call is the one that fails; sets errno then.
static int fails(int64_t error, int64_t every, int64_t *calls, int64_t *failures) {
  int64_t number = count(calls);
  if (error == 0 || (every > 1 && number % every != 0)) return 0;
  count(failures);
  errno = (int)error;
  return 1;
}

static int write_fails(int fd) {
  return ours_open(fd) && fails(orders->write_errno, orders->write_every, &orders->writes, &orders->failed_writes);
}

static int sync_fails(int fd) {
  if (!ours_open(fd)) return 0;
  if (orders->sync_ms > 0) usleep((useconds_t)orders->sync_ms * 1000);
  return fails(orders->sync_errno, orders->sync_every, &orders->syncs, &orders->failed_syncs);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  return write_fails(fd) ? -1 : syscall(SYS_write, fd, bytes, length);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  return write_fails(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, length, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

int ftruncate64(int fd, off64_t length) { return write_fails(fd) ? -1 : (int)syscall(SYS_ftruncate, fd, length); }

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd) { return sync_fails(fd) ? -1 : (int)syscall(SYS_fsync, fd); }

int fdatasync(int fd) { return sync_fails(fd) ? -1 : (int)syscall(SYS_fdatasync, fd); }

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (orders->open_errno != 0 && (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0 && ours(path)) {
    count(&orders->failed_opens);
    errno = (int)orders->open_errno;
    return -1;
  }
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open64(path, flags, mode);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int answer = (int)syscall(SYS_clock_gettime, clock, time);
  if (answer != 0 || orders->wall_ms == 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return answer;
  count(&orders->wrong_times);
  int64_t nanoseconds = time->tv_nsec + orders->wall_ms % 1000 * 1000000;
  time->tv_sec += orders->wall_ms / 1000;
  // Both parts may be negative; tv_nsec may not.
  while (nanoseconds < 0) {
    nanoseconds += 1000000000;
    time->tv_sec -= 1;
  }
  time->tv_sec += nanoseconds / 1000000000;
  time->tv_nsec = nanoseconds % 1000000000;
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec exact;
  int answer = clock_gettime(CLOCK_REALTIME, &exact);
  time->tv_sec = exact.tv_sec;
  time->tv_usec = exact.tv_nsec / 1000;
  return answer;
}

time_t time(time_t *told) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (told != NULL) *told = exact.tv_sec;
  return exact.tv_sec;
}

// Reading only: modes 0. What the kernel itself thinks of its clock does not change.
int adjtimex(struct timex *timex) {
  int state = (int)syscall(SYS_adjtimex, timex);
  if (state < 0 || orders->discipline == 0) return state;
  if (orders->discipline == 1) timex->status &= ~STA_UNSYNC;
  else timex->status |= STA_UNSYNC;
  return orders->discipline == 1 ? TIME_OK : TIME_ERROR;
}

// Who opens the C library by name and asks it for its functions would get past this one; it gets this one, which leads there.
void *dlopen(const char *file, int flags) {
  static void *(*real)(const char *, int);
  if (real == NULL) real = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
  Dl_info own;
  int c_library = file != NULL && strcmp(file, "libc.so.6") == 0 && dladdr((void *)&adjtimex, &own) != 0;
  return real(c_library ? own.dli_fname : file, flags);
}
