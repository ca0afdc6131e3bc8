#include "bdb/breakpoint.h"

#include "core/source.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Without memory the map gives the element back and tells it so; it never ends the process. */
#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) ((element)->lost = true)
#include <uthash.h>

/* A file with breakpoints; it goes away with the last of them. */
struct file {
    char *name;                /* owned */
    int *lines;                /* ascending, each once; owned */
    struct breakpoint **first; /* the list of each of `lines`; owned */
    int count, cap;            /* of `lines` and `first` */
    bool lost;                 /* there was no memory to put it into the map */
    UT_hash_handle hh;
};

struct breakpoints {
    struct breakpoint **numbered; /* number n at n - 1; NULL when deleted (BDB-005) */
    int last, cap;                /* numbers given; places in `numbered` */
    struct file *by_name;         /* uthash: name -> file */
    struct file **files;          /* in order of first use */
    int file_count, file_cap;
    int pending;
    unsigned epoch;
    unsigned revisions; /* given so far: one registry never gives the same one twice */
};

/* ---- memory ----------------------------------------------------------------------------------- */

/* A copy on the heap; NULL for NULL, and when memory runs out, which is then told in `failed`. */
static char *copy(const char *text, bool *failed)
{
    if (!text)
        return NULL;
    char *result = strdup(text);
    if (!result)
        *failed = true;
    return result;
}

/*
** The array of `count` elements with room for one more, to be stored in the old one's place together
** with `*cap`; NULL, and all as it was, when memory runs out.
*/
static void *grown(void *array, int count, int *cap, size_t size)
{
    if (count < *cap)
        return array;
    if (*cap > INT_MAX / 2)
        return NULL;
    int wanted = *cap ? *cap * 2 : 8;
    void *more = realloc(array, (size_t)wanted * size);
    if (more)
        *cap = wanted;
    return more;
}

static const char *unless_empty(const char *text)
{
    return text && *text ? text : NULL;
}

static void free_breakpoint(struct breakpoint *b)
{
    if (!b)
        return;
    free(b->file);
    free(b->condition);
    free(b->function);
    free(b);
}

/* ---- files and their lines -------------------------------------------------------------------- */

static struct file *find_file(const struct breakpoints *r, const char *name)
{
    struct file *f = NULL;
    HASH_FIND_STR(r->by_name, name, f);
    return f;
}

static void free_file(struct file *f)
{
    if (!f)
        return;
    free(f->name);
    free(f->lines);
    free((void *)f->first);
    free(f);
}

static struct file *add_file(struct breakpoints *r, const char *name)
{
    void *files = grown((void *)r->files, r->file_count, &r->file_cap, sizeof *r->files);
    if (!files)
        return NULL;
    r->files = files;
    struct file *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    bool failed = false;
    f->name = copy(name, &failed);
    if (!failed)
        HASH_ADD_KEYPTR(hh, r->by_name, f->name, strlen(f->name), f);
    if (failed || f->lost) {
        free_file(f);
        return NULL;
    }
    r->files[r->file_count++] = f;
    return f;
}

static void remove_file(struct breakpoints *r, struct file *f)
{
    int i = 0;
    while (r->files[i] != f)
        i++;
    r->file_count--;
    memmove((void *)(r->files + i), (void *)(r->files + i + 1),
            (size_t)(r->file_count - i) * sizeof *r->files);
    HASH_DEL(r->by_name, f);
    free_file(f);
}

/* Where `line` is among the file's lines, or would be. */
static int line_index(const struct file *f, int line)
{
    int low = 0;
    int high = f->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (f->lines[middle] < line)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The list of the line, or NULL when the line has no breakpoints. */
static struct breakpoint **list_at(const struct file *f, int line)
{
    int i = line_index(f, line);
    return i < f->count && f->lines[i] == line ? &f->first[i] : NULL;
}

static bool add_line(struct file *f, int line)
{
    if (list_at(f, line))
        return true;
    int cap = f->cap; /* the arrays share one, which counts only when both have grown */
    int *lines = grown(f->lines, f->count, &cap, sizeof *f->lines);
    if (!lines)
        return false;
    f->lines = lines;
    void *first = grown((void *)f->first, f->count, &f->cap, sizeof *f->first);
    if (!first)
        return false;
    f->first = first;
    int i = line_index(f, line);
    size_t after = (size_t)(f->count - i);
    memmove(f->lines + i + 1, f->lines + i, after * sizeof *f->lines);
    memmove((void *)(f->first + i + 1), (void *)(f->first + i), after * sizeof *f->first);
    f->lines[i] = line;
    f->first[i] = NULL;
    f->count++;
    return true;
}

static void remove_line(struct file *f, int line)
{
    int i = line_index(f, line);
    f->count--;
    size_t after = (size_t)(f->count - i);
    memmove(f->lines + i, f->lines + i + 1, after * sizeof *f->lines);
    memmove((void *)(f->first + i), (void *)(f->first + i + 1), after * sizeof *f->first);
}

/* Makes the place exist, so that `enlist` cannot fail. Nothing is changed on failure. */
static bool reserve_place(struct breakpoints *r, const char *name, int line)
{
    struct file *f = find_file(r, name);
    if (!f)
        f = add_file(r, name);
    if (!f)
        return false;
    if (add_line(f, line))
        return true;
    if (f->count == 0)
        remove_file(r, f);
    return false;
}

/* Puts `b` into the list of its place, which is reserved; in order of creation (BDB-006). */
static void enlist(struct breakpoints *r, struct breakpoint *b)
{
    struct breakpoint **here = list_at(find_file(r, b->file), b->line);
    while (*here && (*here)->number < b->number)
        here = &(*here)->next_here;
    b->next_here = *here;
    *here = b;
}

/* Takes `b` out of the list of its place; an empty place is dropped (BDB-009). */
static void delist(struct breakpoints *r, struct breakpoint *b)
{
    struct file *f = find_file(r, b->file);
    struct breakpoint **list = list_at(f, b->line);
    struct breakpoint **here = list;
    while (*here != b)
        here = &(*here)->next_here;
    *here = b->next_here;
    b->next_here = NULL;
    if (!*list)
        remove_line(f, b->line);
    if (f->count == 0)
        remove_file(r, f);
}

/* ---- life ------------------------------------------------------------------------------------- */

struct breakpoints *breakpoints_new(void)
{
    return calloc(1, sizeof(struct breakpoints));
}

static void delete_all(struct breakpoints *r)
{
    for (int n = r->last; n >= 1; n--)
        breakpoint_delete(r, breakpoint_numbered(r, n));
}

void breakpoints_free(struct breakpoints *r)
{
    if (!r)
        return;
    delete_all(r);
    free((void *)r->numbered);
    free((void *)r->files);
    free(r);
}

void breakpoints_reset(struct breakpoints *r)
{
    delete_all(r);
    r->last = 0;
    r->epoch++;
}

unsigned breakpoints_epoch(const struct breakpoints *r)
{
    return r->epoch;
}

const unsigned *breakpoints_epoch_address(const struct breakpoints *r)
{
    return &r->epoch;
}

/* ---- adding and deleting ---------------------------------------------------------------------- */

/* Makes room for one more number. */
static bool reserve_number(struct breakpoints *r)
{
    void *numbered = grown((void *)r->numbered, r->last, &r->cap, sizeof *r->numbered);
    if (!numbered)
        return false;
    r->numbered = numbered;
    return true;
}

/* What can be made without the registry; NULL when memory runs out. */
static struct breakpoint *new_breakpoint(const struct breakpoint_spec *spec)
{
    struct breakpoint *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    bool failed = false;
    b->file = copy(spec->file, &failed);
    b->condition = copy(unless_empty(spec->condition), &failed);
    b->function = copy(spec->function, &failed);
    b->line = b->file ? spec->line : 0;
    b->temporary = spec->temporary;
    b->enabled = true;
    if (failed) {
        free_breakpoint(b);
        return NULL;
    }
    return b;
}

struct breakpoint *breakpoint_add(struct breakpoints *r, const struct breakpoint_spec *spec)
{
    assert(spec->file || spec->function);
    struct breakpoint *b = reserve_number(r) ? new_breakpoint(spec) : NULL;
    if (!b || (b->file && !reserve_place(r, b->file, b->line))) {
        free_breakpoint(b);
        return NULL;
    }
    r->numbered[r->last++] = b;
    b->number = r->last;
    b->revision = ++r->revisions;
    if (b->file)
        enlist(r, b);
    else
        r->pending++;
    r->epoch++;
    return b;
}

void breakpoint_delete(struct breakpoints *r, struct breakpoint *b)
{
    if (!b)
        return;
    if (b->file)
        delist(r, b);
    else
        r->pending--;
    r->numbered[b->number - 1] = NULL;
    r->epoch++;
    free_breakpoint(b);
}

void breakpoint_enable(struct breakpoints *r, struct breakpoint *b, bool enabled)
{
    if (b->enabled == enabled)
        return;
    b->enabled = enabled;
    r->epoch++;
}

int breakpoint_set_condition(struct breakpoints *r, struct breakpoint *b, const char *condition)
{
    bool failed = false;
    char *text = copy(unless_empty(condition), &failed);
    if (failed)
        return XDB_ENOMEM;
    free(b->condition);
    b->condition = text;
    b->revision = ++r->revisions;
    return XDB_OK;
}

int breakpoint_place(struct breakpoints *r, struct breakpoint *b, const char *file, int line)
{
    if (b->file && b->line == line && strcmp(b->file, file) == 0)
        return XDB_OK;
    bool failed = false;
    char *name = copy(file, &failed);
    if (failed || !reserve_place(r, name, line)) {
        free(name);
        return XDB_ENOMEM;
    }
    if (b->file)
        delist(r, b);
    else
        r->pending--;
    free(b->file);
    b->file = name;
    b->line = line;
    enlist(r, b);
    r->epoch++;
    return XDB_OK;
}

/* ---- finding ---------------------------------------------------------------------------------- */

struct breakpoint *breakpoint_at(const struct breakpoints *r, const char *file, int line)
{
    const struct file *f = find_file(r, file);
    struct breakpoint **list = f ? list_at(f, line) : NULL;
    return list ? *list : NULL;
}

int breakpoint_lines(const struct breakpoints *r, const char *file, const int **lines)
{
    const struct file *f = find_file(r, file);
    *lines = f ? f->lines : NULL;
    return f ? f->count : 0;
}

int breakpoint_last(const struct breakpoints *r)
{
    return r->last;
}

struct breakpoint *breakpoint_numbered(const struct breakpoints *r, int number)
{
    return number >= 1 && number <= r->last ? r->numbered[number - 1] : NULL;
}

int breakpoint_pending(const struct breakpoints *r)
{
    return r->pending;
}

const char *breakpoint_file(const struct breakpoints *r, int i)
{
    return i >= 0 && i < r->file_count ? r->files[i]->name : NULL;
}

/* ---- queries for the API ---------------------------------------------------------------------- */

static const char *skip_blanks(const char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    return s;
}

/* A decimal number with blanks around it, as text without needless signs and zeros. */
struct numeral {
    const char *digits;
    int length;
    bool negative;
};

static bool parse_numeral(const char *text, struct numeral *n)
{
    const char *s = skip_blanks(text);
    n->negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++;
    size_t length = strspn(s, "0123456789");
    if (length == 0 || length > INT_MAX || *skip_blanks(s + length))
        return false;
    while (length > 1 && *s == '0') {
        s++;
        length--;
    }
    n->digits = s;
    n->length = (int)length;
    n->negative = n->negative && *s != '0';
    return true;
}

/* Its value; 0, which no breakpoint has, for what no breakpoint can have. */
static int numeral_value(const struct numeral *n)
{
    long long value = 0;
    for (int i = 0; i < n->length && value <= INT_MAX; i++)
        value = value * 10 + (n->digits[i] - '0');
    return n->negative || value > INT_MAX ? 0 : (int)value;
}

struct breakpoint *breakpoint_by_text(const struct breakpoints *r, const char *text,
                                      struct xdb_error *e)
{
    struct numeral n;
    if (!text || !*text) {
        error_set(e, XDB_EINVAL, "Breakpoint number expected");
        return NULL;
    }
    if (!parse_numeral(text, &n)) {
        error_set(e, XDB_EINVAL, "Non-numeric breakpoint number %s", text);
        return NULL;
    }
    int number = numeral_value(&n);
    if (number < 1 || number > r->last) {
        error_set(e, XDB_ENOENT, "Breakpoint number %s%.*s out of range", n.negative ? "-" : "",
                  n.length, n.digits);
        return NULL;
    }
    struct breakpoint *b = breakpoint_numbered(r, number);
    if (!b)
        error_set(e, XDB_ENOENT, "Breakpoint %d already deleted", number);
    return b;
}

/* Deletes all the breakpoints of the line whose first is `b`. */
static void clear_list(struct breakpoints *r, struct breakpoint *b)
{
    while (b) {
        struct breakpoint *next = b->next_here;
        breakpoint_delete(r, b);
        b = next;
    }
}

int breakpoint_clear_line(struct breakpoints *r, const char *file, int line, struct xdb_error *e)
{
    if (!find_file(r, file))
        return error_set(e, XDB_ENOENT, "There are no breakpoints in %s", file);
    struct breakpoint *b = breakpoint_at(r, file, line);
    if (!b)
        return error_set(e, XDB_ENOENT, "There is no breakpoint at %s:%d", file, line);
    clear_list(r, b);
    return XDB_OK;
}

int breakpoint_clear_file(struct breakpoints *r, const char *file, struct xdb_error *e)
{
    struct file *f = find_file(r, file);
    if (!f)
        return error_set(e, XDB_ENOENT, "There are no breakpoints in %s", file);
    /* The file goes with its last line, so the number of lines is kept outside of it. */
    for (int i = f->count - 1; i >= 0; i--)
        clear_list(r, f->first[i]);
    return XDB_OK;
}

int breakpoint_clear_all(struct breakpoints *r, struct xdb_error *e)
{
    if (r->file_count == 0 && r->pending == 0)
        return error_set(e, XDB_ENOENT, "There are no breakpoints");
    delete_all(r);
    return XDB_OK;
}

/* ---- texts ------------------------------------------------------------------------------------ */

/* ` at FILE:LINE`, or ` at FUNCTION (pending)`. */
static void add_place(const struct breakpoint *b, struct buffer *out)
{
    buffer_adds(out, " at ");
    if (b->file) {
        source_add_title(b->file, out);
        buffer_addf(out, ":%d", b->line);
    } else {
        buffer_adds(out, b->function);
        buffer_adds(out, " (pending)");
    }
}

void breakpoint_format(const struct breakpoint *b, struct buffer *out)
{
    buffer_addf(out, "%-4dbreakpoint   %s%s", b->number, b->temporary ? "del  " : "keep ",
                b->enabled ? "yes  " : "no   ");
    add_place(b, out);
    if (b->condition) {
        buffer_adds(out, "\n\tstop only if ");
        buffer_adds(out, b->condition);
    }
    if (b->ignore > 0)
        buffer_addf(out, "\n\tignore next %d hits", b->ignore);
    if (b->hits > 0)
        buffer_addf(out, "\n\tbreakpoint already hit %d time%s", b->hits, b->hits > 1 ? "s" : "");
}

void breakpoint_name(const struct breakpoint *b, struct buffer *out)
{
    buffer_addf(out, "breakpoint %d", b->number);
    add_place(b, out);
}

/* ---- crossing --------------------------------------------------------------------------------- */

bool breakpoint_cross(struct breakpoint *b)
{
    if (!b->enabled)
        return false;
    if (b->hits < INT_MAX)
        b->hits++;
    return true;
}

bool breakpoint_pass(struct breakpoint *b, enum breakpoint_outcome condition)
{
    if (condition != BREAKPOINT_TRUE)
        return condition == BREAKPOINT_ERROR;
    if (b->ignore <= 0)
        return true;
    b->ignore--;
    return false;
}
