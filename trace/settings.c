#include "trace/settings.h"

#include "core/file.h"

#include <errno.h>
#include <fnmatch.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_LIMIT = 1 << 20 };
enum { ALL = SETTINGS_COVER | SETTINGS_COMBINE | SETTINGS_REPORT };

const struct settings_key settings_keys[SETTINGS_KEYS + 1] = {
    {"source", "GLOB",
     "files to measure, relative to the current folder: *, ? and [...] stay within a folder, ** "
     "goes through "
     "folders, a folder means all in it; files of Lua code there that are never loaded count as "
     "uncovered (default: every file that is loaded)",
     SETTINGS_COVER | SETTINGS_REPORT},
    {"omit", "GLOB", "files to leave out", SETTINGS_COVER | SETTINGS_REPORT},
    {"exclude", "PATTERN",
     "a Lua pattern: lines that match need not be covered, nor the blocks that begin there",
     SETTINGS_COVER | SETTINGS_REPORT},
    {"branch", NULL, "count branches, too", SETTINGS_COVER},
    {"conditions", NULL, "with branches: comparisons whose value is kept, too", SETTINGS_COVER},
    {"contexts", NULL, "remember which context (a test, for example) covered which line",
     SETTINGS_COVER},
    {"no-counts", NULL, "note only whether lines run, which costs less", SETTINGS_COVER},
    {"parallel", NULL,
     "write a data file of this process's own, for `xtrace combine`; child processes do the same",
     SETTINGS_COVER},
    {"data-file", "FILE", "the file of counts (default: " SETTINGS_DATA ")", ALL},
    {"fail-under", "PERCENT", "exit with status 2 when less is covered",
     SETTINGS_COVER | SETTINGS_REPORT},
    {"show-missing", NULL, "text: with the lines and arcs that are missing", SETTINGS_REPORT},
    {"map", "FROM=TO",
     "files counted below folder FROM, perhaps on another machine, are those below TO",
     SETTINGS_COMBINE | SETTINGS_REPORT},
    {NULL, NULL, NULL, 0},
};

/* ---- values ----------------------------------------------------------------------------------- */

static int no_memory(struct xdb_error *err)
{
    return error_set(err, XDB_ENOMEM, "out of memory");
}

static int set_flag(bool *flag, const char *value, struct xdb_error *err)
{
    if (!value || strcmp(value, "yes") == 0 || strcmp(value, "true") == 0)
        *flag = true;
    else if (strcmp(value, "no") == 0 || strcmp(value, "false") == 0)
        *flag = false;
    else
        return error_set(err, XDB_EINVAL, "must be yes or no: '%s'", value);
    return 0;
}

static int set_percent(struct settings *s, const char *value, struct xdb_error *err)
{
    char *end;
    double percent = strtod(value, &end);
    if (end == value || *end || !(percent >= 0 && percent <= 100))
        return error_set(err, XDB_EINVAL, "must be a number from 0 to 100: '%s'", value);
    s->fail_under = percent;
    return 0;
}

/* An absolute path by its text, from `folder` on. */
static char *absolute(const char *path, const char *folder)
{
    struct buffer b;
    buffer_init(&b);
    if (*path != '/')
        buffer_addf(&b, "%s/", strcmp(folder, "/") == 0 ? "" : folder);
    buffer_adds(&b, path);
    while (b.len > 1 && b.data[b.len - 1] == '/')
        buffer_truncate(&b, b.len - 1);
    return buffer_detach(&b, NULL);
}

static int set_path(char **to, const char *value, const char *folder, struct xdb_error *err)
{
    if (!*value)
        return error_set(err, XDB_EINVAL, "must be the name of a file");
    char *path = absolute(value, folder);
    if (!path)
        return no_memory(err);
    free(*to);
    *to = path;
    return 0;
}

static int add_glob(struct globs *g, const char *value, const char *folder, struct xdb_error *err)
{
    if (!*value)
        return error_set(err, XDB_EINVAL, "must not be empty");
    return globs_add(g, value, folder) ? no_memory(err) : 0;
}

static int add_map(struct settings *s, const char *value, const char *folder, struct xdb_error *err)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value || !equals[1])
        return error_set(err, XDB_EINVAL, "must be FROM=TO: '%s'", value);
    struct settings_map *wider = realloc(s->maps, (s->nmaps + 1) * sizeof *wider);
    if (!wider)
        return no_memory(err);
    s->maps = wider;
    size_t n = (size_t)(equals - value);
    while (n > 1 && value[n - 1] == '/')
        n--;
    char *from = strndup(value, n), *to = absolute(equals + 1, folder);
    char *real = to ? realpath(to, NULL) : NULL;
    if (real) {
        free(to);
        to = real;
    }
    if (!from || !to) {
        free(from);
        free(to);
        return no_memory(err);
    }
    wider[s->nmaps++] = (struct settings_map){from, to};
    return 0;
}

static int add_exclude(struct settings *s, const char *value, struct xdb_error *err)
{
    if (!s->exclude && !(s->exclude = matcher_new()))
        return no_memory(err);
    int failed = matcher_add(s->exclude, value, err);
    if (!failed)
        buffer_addf(&s->patterns, "exclude = %s\n", value);
    return failed;
}

/* Where in the settings the flag of this name stands; 0 when there is none. */
static size_t flag_at(const char *key)
{
    static const struct {
        const char *name;
        size_t offset;
    } flags[] = {
        {"branch", offsetof(struct settings, branch)},
        {"conditions", offsetof(struct settings, conditions)},
        {"contexts", offsetof(struct settings, contexts)},
        {"no-counts", offsetof(struct settings, no_counts)},
        {"parallel", offsetof(struct settings, parallel)},
        {"show-missing", offsetof(struct settings, show_missing)},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (strcmp(flags[i].name, key) == 0)
            return flags[i].offset;
    }
    return 0;
}

int settings_set(struct settings *s, const char *key, const char *value, const char *folder,
                 struct xdb_error *err)
{
    size_t flag = flag_at(key);
    if (!folder)
        folder = s->cwd;
    if (flag)
        return set_flag((bool *)((char *)s + flag), value, err);
    if (!value)
        value = "";
    if (strcmp(key, "source") == 0)
        return add_glob(&s->source, value, folder, err);
    if (strcmp(key, "omit") == 0)
        return add_glob(&s->omit, value, folder, err);
    if (strcmp(key, "exclude") == 0)
        return add_exclude(s, value, err);
    if (strcmp(key, "data-file") == 0)
        return set_path(&s->data_file, value, folder, err);
    if (strcmp(key, "fail-under") == 0)
        return set_percent(s, value, err);
    if (strcmp(key, "map") == 0)
        return add_map(s, value, folder, err);
    return error_set(err, XDB_ENOENT, "there is no key '%s'", key);
}

/* ---- files ------------------------------------------------------------------------------------ */

/* Cuts white space off both ends. */
static char *trim(char *s)
{
    s += strspn(s, " \t\r");
    for (size_t n = strlen(s); n > 0 && strchr(" \t\r", s[n - 1]); n--)
        s[n - 1] = '\0';
    return s;
}

static int read_line(struct settings *s, char *line, const char *folder, struct xdb_error *err)
{
    char *key = trim(line), *equals = strchr(key, '=');
    struct xdb_error why;
    if (!*key || *key == '#')
        return 0;
    if (!equals)
        return error_set(err, XDB_EINVAL, "no 'key = value': '%s'", key);
    *equals = '\0';
    key = trim(key);
    int failed = settings_set(s, key, trim(equals + 1), folder, &why);
    if (failed == XDB_EINVAL)
        return error_set(err, failed, "%s: %s", key, why.text);
    return failed ? error_set(err, failed, "%s", why.text) : 0;
}

static int read_text(struct settings *s, struct buffer *text, const char *path, const char *folder,
                     struct xdb_error *err)
{
    struct xdb_error why;
    int number = 1;
    if (memchr(text->data, '\0', text->len))
        return error_set(err, XDB_EFORMAT, "%s: not a text", path);
    for (char *line = text->data; line; number++) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        int failed = read_line(s, line, folder, &why);
        if (failed == XDB_ENOMEM)
            return error_set(err, failed, "%s: %s", path, why.text);
        if (failed)
            return error_set(err, XDB_EFORMAT, "%s:%d: %s", path, number, why.text);
        line = end;
    }
    return 0;
}

/* The canonical folder of a file; NULL when memory runs out. */
static char *folder_of(const struct settings *s, const char *path)
{
    char *full = absolute(path, s->cwd);
    if (!full)
        return NULL;
    char *slash = strrchr(full, '/'); /* there is one: it is absolute */
    if (slash)
        slash[slash == full] = '\0';
    char *real = realpath(full, NULL);
    if (!real)
        return full;
    free(full);
    return real;
}

int settings_read(struct settings *s, const char *path, bool must, struct xdb_error *err)
{
    struct buffer text;
    struct xdb_error why;
    buffer_init(&text);
    char *folder = folder_of(s, path);
    int failed = folder ? file_read(path, FILE_LIMIT, &text, &why)
                        : error_set(&why, XDB_ENOMEM, "out of memory");
    if (!failed)
        failed = read_text(s, &text, path, folder, &why);
    else if (failed == XDB_ENOENT && !must)
        failed = 0;
    free(folder);
    buffer_release(&text);
    return failed ? error_set(err, failed, "%s", why.text) : 0;
}

int settings_read_text(struct settings *s, const char *text, const char *name,
                       struct xdb_error *err)
{
    struct buffer copy;
    buffer_init(&copy);
    buffer_adds(&copy, text);
    int failed = copy.failed ? no_memory(err) : read_text(s, &copy, name, s->cwd, err);
    buffer_release(&copy);
    return failed;
}

void settings_text(const struct settings *s, struct buffer *out)
{
    for (const struct settings_key *k = settings_keys; k->name; k++) {
        size_t flag = flag_at(k->name);
        if (flag)
            buffer_addf(out, "%s = %s\n", k->name,
                        *(const bool *)((const char *)s + flag) ? "yes" : "no");
    }
    for (size_t i = 0; i < s->source.n; i++)
        buffer_addf(out, "source = %s\n", s->source.patterns[i]);
    for (size_t i = 0; i < s->omit.n; i++)
        buffer_addf(out, "omit = %s\n", s->omit.patterns[i]);
    for (size_t i = 0; i < s->nmaps; i++)
        buffer_addf(out, "map = %s=%s\n", s->maps[i].from, s->maps[i].to);
    buffer_add(out, s->patterns.data, s->patterns.len);
    buffer_addf(out, "data-file = %s\n", s->data_file);
    if (s->fail_under >= 0)
        buffer_addf(out, "fail-under = %.17g\n", s->fail_under);
}

/* ---- the whole -------------------------------------------------------------------------------- */

int settings_init(struct settings *s, struct xdb_error *err)
{
    *s = (struct settings){.fail_under = -1};
    buffer_init(&s->patterns);
    s->cwd = getcwd(NULL, 0);
    if (!s->cwd)
        return error_set(err, XDB_EIO, "cannot tell the current folder: %s", strerror(errno));
    return set_path(&s->data_file, SETTINGS_DATA, s->cwd, err);
}

void settings_release(struct settings *s)
{
    for (size_t i = 0; i < s->nmaps; i++) {
        free(s->maps[i].from);
        free(s->maps[i].to);
    }
    free(s->maps);
    globs_release(&s->source);
    globs_release(&s->omit);
    matcher_free(s->exclude);
    buffer_release(&s->patterns);
    free(s->data_file);
    free(s->cwd);
    *s = (struct settings){0};
}

int settings_complete(struct settings *s, struct xdb_error *err)
{
    return globs_follow_links(&s->source) || globs_follow_links(&s->omit) ? no_memory(err) : 0;
}

unsigned settings_flags(const struct settings *s)
{
    unsigned flags = s->branch || s->conditions ? RESULTS_BRANCHES : 0;
    flags |= s->conditions ? RESULTS_CONDITIONS : 0;
    return flags | (s->no_counts ? RESULTS_ONLY_COVERED : 0);
}

bool settings_wants(void *user, const char *path)
{
    const struct settings *s = user;
    return *path == '/' && (s->source.n == 0 || globs_match(&s->source, path)) &&
           !globs_match(&s->omit, path);
}

/* ---- maps ------------------------------------------------------------------------------------- */

/* How much of the path is the folder that `from` means; 0 when it is not below. */
static size_t mapped_length(const char *from, char *path)
{
    size_t longest = 0;
    for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
        *slash = '\0';
        if (fnmatch(from, path, FNM_PATHNAME | FNM_NOESCAPE) == 0)
            longest = (size_t)(slash - path);
        *slash = '/';
    }
    return longest;
}

/* Appends what a file is called here; false when no map is about it. */
static bool map_name(const struct settings *s, const char *name, struct buffer *out)
{
    char *copy = *name == '/' ? strdup(name) : NULL;
    bool found = false;
    out->failed = out->failed || (*name == '/' && !copy);
    for (size_t i = 0; copy && i < s->nmaps && !found; i++) {
        size_t n = mapped_length(s->maps[i].from, copy);
        found = n > 0;
        if (found)
            buffer_addf(out, "%s%s", strcmp(s->maps[i].to, "/") == 0 ? "" : s->maps[i].to,
                        name + n);
    }
    free(copy);
    return found;
}

struct renaming {
    const struct settings *settings;
    struct buffer name;
};

static const char *rename_file(void *user, const char *name, size_t *len)
{
    struct renaming *r = user;
    buffer_clear(&r->name);
    if (strlen(name) != *len || !map_name(r->settings, name, &r->name))
        return name;
    *len = r->name.len;
    return r->name.data;
}

int settings_remap(const struct settings *s, const struct results *r, struct results **out,
                   struct xdb_error *err)
{
    struct renaming names = {.settings = s};
    *out = NULL;
    if (s->nmaps == 0)
        return 0;
    struct results *renamed = results_new();
    buffer_init(&names.name);
    int failed = renamed ? results_merge_as(renamed, r, rename_file, &names, err) : no_memory(err);
    if (!failed && names.name.failed)
        failed = no_memory(err);
    buffer_release(&names.name);
    if (failed)
        results_free(renamed);
    else
        *out = renamed;
    return failed;
}
