#define _POSIX_C_SOURCE 200809L
#define _XOPEN_SOURCE   700
#include "core/os.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* A signal handler can reach nothing but file scope; threads read it. */
static _Atomic int interrupted;

int64_t dx_os_now_us(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

uint64_t dx_os_cpu_ns(void)
{
    struct timespec used;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) != 0)
        return 0;
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

const char *dx_os_env(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

bool dx_os_is_tty(int fd)
{
    return isatty(fd) == 1;
}

unsigned dx_os_tty_columns(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool dx_os_program_dir(char *out, size_t cap)
{
    char path[4096];
    const ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    if (n <= 0 || (size_t)n == sizeof path)
        return false;
    size_t end = (size_t)n;
    while (end > 0 && path[end - 1] != '/')
        end--;
    if (end > 1)
        end--; /* "/" stays as it is */
    if (end == 0 || end >= cap)
        return false;
    memcpy(out, path, end);
    out[end] = '\0';
    return true;
}

unsigned dx_os_cpus(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

void dx_os_ignore_broken_pipe(void)
{
    signal(SIGPIPE, SIG_IGN);
}

static void on_interrupt(int number)
{
    if (interrupted) {
        signal(number, SIG_DFL);
        raise(number);
    }
    interrupted = number;
}

void dx_os_catch_interrupt(void)
{
    /* No SA_RESTART: a read that waits for input must wake up. */
    struct sigaction action = {.sa_handler = on_interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int dx_os_interrupted(void)
{
    return interrupted;
}

static void ending_signals(sigset_t *out)
{
    sigemptyset(out);
    sigaddset(out, SIGINT);
    sigaddset(out, SIGTERM);
}

void dx_os_hold_interrupt(void)
{
    sigset_t held;
    ending_signals(&held);
    pthread_sigmask(SIG_BLOCK, &held, NULL);
}

void dx_os_wait_interrupt(unsigned ms)
{
    const struct timespec wait = {ms / 1000, (long)(ms % 1000) * 1000000};
    sigset_t held;
    ending_signals(&held);
    const int number = sigtimedwait(&held, NULL, &wait);
    if (number > 0)
        interrupted = number;
}
