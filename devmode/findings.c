#include "devmode/findings.h"

#include "tracemalloc/memory_report.h"
#include "tracemalloc/tracemalloc.h"

#define HASH_NONFATAL_OOM 1
#include <lauxlib.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

/* A finding that was told, by what makes it the same. */
struct finding_told {
    UT_hash_handle hh;
    char text[];
};

enum { LONGEST_LINE = 500 }; /* of the source, in bytes shown */

void findings_release(struct findings *f)
{
    struct finding_told *told, *next;
    HASH_ITER(hh, f->told, told, next)
    {
        HASH_DEL(f->told, told);
        free(told);
    }
}

/* ---- once per place --------------------------------------------------------------------------- */

/* True the first time; when there is no memory to remember it, each time. */
static bool is_new_text(struct findings *f, const char *text, size_t len)
{
    struct finding_told *told;
    HASH_FIND(hh, f->told, text, len, told);
    if (told)
        return false;
    told = malloc(sizeof *told + len);
    if (!told)
        return true;
    memcpy(told->text, text, len);
    HASH_ADD_KEYPTR(hh, f->told, told->text, len, told);
    if (!told->hh.tbl)
        free(told); /* uthash found no memory */
    return true;
}

/* The same kind of finding, told by the same format, at the same place; names in the message do not count. */
static bool is_new(struct findings *f, const struct finding *what, const char *format,
                   const char *message)
{
    struct buffer key;
    buffer_init(&key);
    buffer_addf(&key, "%d:%u:%s:%s", (int)what->category, (unsigned)what->place, format,
                what->detail  ? what->detail
                : what->place ? ""
                              : message);
    bool fresh = is_new_text(f, key.data, key.len);
    buffer_release(&key);
    return fresh;
}

/* ---- the text --------------------------------------------------------------------------------- */

static const struct place *place_of(const struct findings *f, uint32_t number)
{
    return number ? &f->places->all[number] : NULL;
}

static void add_head(struct findings *f, const struct finding *what, struct buffer *out)
{
    const struct place *place = place_of(f, what->place);
    if (place)
        buffer_addf(out, "%s:%d: ", place->source->title, place->line);
    buffer_addf(out, "%s: ", xdb_devmode_category_name(what->category));
}

static void add_text(struct findings *f, const struct finding *what, struct buffer *out,
                     const char *message)
{
    add_head(f, what, out);
    buffer_adds(out, message);
}

/* The line of the source, without what it is indented by. */
static void add_line(struct findings *f, uint32_t number, struct buffer *out)
{
    const struct place *place = place_of(f, number);
    size_t len;
    const char *line =
        place ? source_line((struct source *)(uintptr_t)place->source, place->line, &len) : NULL;
    if (!line)
        return;
    for (; len && (*line == ' ' || *line == '\t'); len--)
        line++;
    if (len)
        buffer_addf(out, "  %.*s\n", (int)(len > LONGEST_LINE ? LONGEST_LINE : len), line);
}

bool findings_add_traceback(struct findings *f, const void *block, const char *head,
                            struct buffer *out)
{
    enum { MOST_SHOWN = 100 };
    struct xdb_memory_frame frames[MOST_SHOWN];
    struct xdb_memory_trace trace;
    struct xdb_snapshot *s = f->tracer ? xdb_tracemalloc_block(f->tracer, block, NULL) : NULL;
    bool known = s && xdb_snapshot_trace(s, 0, &trace);
    if (known) {
        size_t n = xdb_snapshot_frames(s, trace.traceback, frames, MOST_SHOWN, NULL);
        buffer_adds(out, head);
        memory_report_traceback(f->places->sources, frames, n < MOST_SHOWN ? n : MOST_SHOWN, out);
    }
    xdb_snapshot_free(s);
    return known;
}

static void add_history(struct findings *f, const struct finding *what, struct buffer *out)
{
    if (what->object && !findings_add_traceback(
                            f, what->object, "Object allocated at (most recent call last):\n", out))
        buffer_addf(out, "%s: Enable tracemalloc to get the object allocation traceback\n",
                    xdb_devmode_category_name(what->category));
}

static void write_out(struct findings *f, const struct buffer *text)
{
    const char *s = text->data;
    size_t left = text->len;
    if (f->write) {
        f->write(f->user, s, left);
        return;
    }
    while (left) {
        ssize_t n = write(STDERR_FILENO, s, left);
        if (n <= 0)
            return; /* nobody is there to be told */
        s += n;
        left -= (size_t)n;
    }
}

/* ---- telling ---------------------------------------------------------------------------------- */

static void tell(struct findings *f, const struct finding *what, const char *message)
{
    struct buffer text;
    buffer_init(&text);
    if (f->filters.action[what->category] == XDB_DEVMODE_ERROR) /* where none can be raised */
        buffer_addf(&text, "Error ignored in %s: ", what->hidden);
    add_text(f, what, &text, message);
    buffer_addc(&text, '\n');
    add_line(f, what->place, &text);
    add_history(f, what, &text);
    write_out(f, &text);
    buffer_release(&text);
}

static bool tell_format(struct findings *f, const struct finding *what, const char *format,
                        va_list args)
{
    enum xdb_devmode_action action = f->filters.action[what->category];
    if (action == XDB_DEVMODE_IGNORE)
        return false;
    if (action == XDB_DEVMODE_ERROR && !what->hidden)
        return true;
    struct buffer message;
    buffer_init(&message);
    buffer_vaddf(&message, format, args);
    if (is_new(f, what, format, message.data))
        tell(f, what, message.data);
    buffer_release(&message);
    return false;
}

bool findings_tell(struct findings *f, const struct finding *what, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    bool raise = tell_format(f, what, format, args);
    va_end(args);
    return raise;
}

/* Pushes the text of an error; no C memory is held when that raises. */
static void push_text(struct findings *f, lua_State *L, const struct finding *what,
                      const char *message)
{
    const struct place *place = place_of(f, what->place);
    const char *category = xdb_devmode_category_name(what->category);
    if (place)
        lua_pushfstring(L, "%s:%d: %s: %s", place->source->title, place->line, category, message);
    else
        lua_pushfstring(L, "%s: %s", category, message);
}

void findings_raise(struct findings *f, lua_State *L, const struct finding *what,
                    const char *message)
{
    push_text(f, L, what, message);
    lua_error(L);
}

void findings_here(struct findings *f, lua_State *L, enum xdb_devmode_category category, int level,
                   const char *message)
{
    if (f->filters.action[category] == XDB_DEVMODE_IGNORE)
        return;
    struct finding what = {
        .category = category, .place = places_here(f->places, L, level), .detail = message};
    if (findings_tell(f, &what, "%s", message))
        findings_raise(f, L, &what, message);
}
