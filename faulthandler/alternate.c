#include "faulthandler/alternate.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif

enum {
    ROOM = 192 << 10,
    /* for a report, the unwinder, and a fault on top of them */ EDGE = 64 << 10
};

static pthread_key_t key; /* the thread's stack, lest it outlive the thread */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int key_made;

/* What the kernel itself puts on a signal stack grows with the processor. */
static size_t room(void)
{
    size_t least = getauxval(AT_MINSIGSTKSZ);
    return ROOM + (least + 4095) / 4096 * 4096 * 2;
}

static void give_back(void *memory)
{
    const stack_t none = {.ss_flags = SS_DISABLE};
    stack_t now;
    if (sigaltstack(NULL, &now) == 0 && now.ss_sp == (char *)memory + EDGE)
        sigaltstack(&none, NULL);
    munmap(memory, EDGE + room());
}

static void make_key(void)
{
    key_made = pthread_key_create(&key, give_back) == 0;
}

int alternate_prepare(struct xdb_error *err)
{
    stack_t now;
    if (sigaltstack(NULL, &now) == 0 && !(now.ss_flags & SS_DISABLE))
        return 0;
    pthread_once(&once, make_key);
    char *memory =
        mmap(NULL, EDGE + room(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    stack_t own = {.ss_sp = memory + EDGE, .ss_size = room()};
    if (memory == MAP_FAILED || mprotect(memory + EDGE, room(), PROT_READ | PROT_WRITE) < 0 ||
        sigaltstack(&own, NULL) < 0) {
        if (memory != MAP_FAILED)
            munmap(memory, EDGE + room());
        return error_set(err, XDB_ENOMEM, "no memory for a signal stack");
    }
    if (key_made)
        pthread_setspecific(key, memory);
    return 0;
}
