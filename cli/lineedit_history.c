/* The history file: one line a line, the oldest first. What cannot be read or written is left alone. */
#include "cli/lineedit_state.h"
#include "core/file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 16 * 1024 * 1024 };

bool lineedit_history_path(const struct term_env *env, struct buffer *out)
{
    const char *state = term_getenv(env, "XDG_STATE_HOME"), *home = term_getenv(env, "HOME");
    if (state && *state == '/') /* a relative one is to be ignored */
        buffer_addf(out, "%s/xdb/history", state);
    else if (home)
        buffer_addf(out, "%s/.local/state/xdb/history", home);
    else
        return false;
    return !out->failed;
}

/* Adds the file's lines; false when there is a file that cannot be read. */
static bool read_lines(const char *path, struct words *lines)
{
    struct buffer text;
    buffer_init(&text);
    int code = file_read(path, FILE_LIMIT, &text, NULL);
    for (const char *s = text.data, *end = s + text.len; s < end;) {
        const char *newline = memchr(s, '\n', (size_t)(end - s));
        size_t n = (size_t)((newline ? newline : end) - s);
        if (n && !memchr(s, '\0', n))
            words_add(lines, s, n);
        s += n + 1;
    }
    buffer_release(&text);
    return code == 0 || code == XDB_ENOENT;
}

static void cut(struct words *lines, size_t most)
{
    if (lines->count > most)
        words_shift(lines, lines->count - most);
}

void history_load(struct lineedit *le)
{
    if (le->loaded)
        return;
    le->loaded = true;
    if (le->path)
        read_lines(le->path, &le->history);
    cut(&le->history, le->most);
}

void history_add(struct lineedit *le, const char *line)
{
    size_t n = le->history.count;
    if (*line == '\0' || (n && strcmp(le->history.items[n - 1], line) == 0))
        return;
    words_adds(&le->history, line);
    le->fresh += le->history.count - n;
    cut(&le->history, le->most);
    le->fresh = le->fresh < le->history.count ? le->fresh : le->history.count;
}

/* Makes the folders on the way to `path`, for the user alone. */
static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

void history_save(struct lineedit *le)
{
    struct words lines;
    struct buffer text;
    if (!le->path || !le->fresh)
        return;
    words_init(&lines);
    buffer_init(&text);
    make_folders(le->path);
    /* the writing below keeps the mode; read anew, since another session may have written */
    int fd = open(le->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool usable = fd >= 0 && read_lines(le->path, &lines);
    if (fd >= 0)
        close(fd);
    for (size_t i = le->history.count - le->fresh; i < le->history.count; i++)
        words_adds(&lines, le->history.items[i]);
    cut(&lines, le->most);
    for (size_t i = 0; i < lines.count; i++)
        buffer_addf(&text, "%s\n", lines.items[i]);
    if (usable && !text.failed && !lines.failed)
        file_write_atomic(le->path, text.data, text.len, NULL);
    le->fresh = 0;
    words_release(&lines);
    buffer_release(&text);
}
