#include "tests/unit/failing_alloc.h"

#include <stddef.h>

/* What the linker calls the real ones, and ours in their place. NOLINTBEGIN: the names are its choice. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

/* Globals, since an allocation function is given nothing to find them by; tests have one thread. */
static unsigned long
    left; /* allocations until the first that fails, itself counted; 0: none fails */
static bool failed;

void failing_alloc_from(unsigned long n)
{
    left = n;
    failed = false;
}

bool failing_alloc_failed(void)
{
    return failed;
}

static bool fails(void)
{
    if (left == 0)
        return false;
    if (left > 1) {
        left--;
        return false;
    }
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}
/* NOLINTEND */
