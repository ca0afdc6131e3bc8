#include "faulthandler/c_stack.h"

#include "faulthandler/guard.h"

#include <execinfo.h>
#include <fcntl.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

enum { OURS = 32 /* frames of ours above an interruption, generously */, TEXT_SIZE = 1000 };

void c_stack_prepare(void)
{
    void *address;
    backtrace(&address, 1);
}

/* ---- one line --------------------------------------------------------------------------------- */

static const char *find_last(const char *s, const char *end, char c)
{
    while (end > s && end[-1] != c)
        end--;
    return end > s ? end - 1 : NULL;
}

void c_stack_line(struct out *o, const char *text, size_t len, void *address)
{
    const char *end = text + len, *at = find_last(text, end, '[');
    const char *open = at ? find_last(text, at, '(') : NULL;
    const char *path_end = open ? open : at;
    while (path_end && path_end > text && path_end[-1] == ' ')
        path_end--;
    out_text(o, "  Binary file ");
    if (!path_end || path_end == text)
        out_text(o, "'<unknown>'");
    else {
        out_char(o, '"');
        out_name(o, text, (size_t)(path_end - text));
        out_char(o, '"');
        const char *close = open ? memchr(open, ')', (size_t)(at - open)) : NULL;
        if (close && close > open + 1) {
            out_text(o, ", at ");
            out_name(o, open + 1, (size_t)(close - open - 1));
        }
    }
    out_text(o, " [");
    out_hex(o, (uintptr_t)address, 1);
    out_text(o, "]\n");
}

/* ---- the stack -------------------------------------------------------------------------------- */

struct c_stack {
    struct out *o;
    void *from; /* where it begins */
};

/* The address that was interrupted; NULL where we cannot know. */
static void *interrupted(void *context)
{
#if defined __x86_64__
    return (void *)(uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined __aarch64__
    return (void *)(uintptr_t)((ucontext_t *)context)->uc_mcontext.pc;
#else
    (void)context;
    return NULL;
#endif
}

/* One line of text from the pipe, without its end; what does not fit is lost. */
static size_t read_text(int fd, char *text, size_t size)
{
    size_t len = 0;
    char c;
    while (read(fd, &c, 1) == 1 && c != '\n')
        if (len < size)
            text[len++] = c;
    return len;
}

static void write_line(struct out *o, const int ends[2], void *address)
{
    char text[TEXT_SIZE];
    size_t len = 0;
    if (ends[1] >= 0) {
        backtrace_symbols_fd(&address, 1, ends[1]);
        len = read_text(ends[0], text, sizeof text);
    }
    c_stack_line(o, text, len, address);
}

static void write_stack(void *data)
{
    struct c_stack *c = data;
    void *addresses[OURS + C_STACK_LINES + 1], *from = c->from;
    int n = backtrace(addresses, (int)(sizeof addresses / sizeof *addresses)), first = 0;
    int ends[2] = {-1, -1};
    while (first < n && addresses[first] != from)
        first++;
    if (first == n)
        first = 0;
    if (n == 0) {
        out_text(c->o, "  <system returned no stack trace>\n");
        return;
    }
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        ends[0] = ends[1] = -1;
    for (int i = first; i < n && i < first + C_STACK_LINES; i++)
        write_line(c->o, ends, addresses[i]);
    if (n > first + C_STACK_LINES)
        out_text(c->o, "  <truncated rest of calls>\n");
    if (ends[0] >= 0) {
        close(ends[0]);
        close(ends[1]);
    }
}

void c_stack_write(struct out *o, void *context, void *caller)
{
    struct c_stack c = {.o = o, .from = context ? interrupted(context) : caller};
    out_text(o, "Current thread's C stack trace (most recent call first):\n");
    if (!guard_run(write_stack, &c))
        out_fault(o);
    out_flush(o);
}
