#include "faulthandler/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_SIZE = 500, READ_SIZE = 1024, MOST_READ = 16 << 20 };

/* ---- the line --------------------------------------------------------------------------------- */

/* Takes a text in pieces and keeps line number `wanted`. All of Lua's line ends are known: \n \r \r\n \n\r. */
struct lines {
    int wanted, at; /* the first is 1 */
    char end;       /* the first half of a line end, perhaps; 0: none */
    size_t len;
    char text[LINE_SIZE];
};

/* Whether the wanted line is over. */
static bool take(struct lines *l, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = s[i], end = l->end;
        l->end = 0;
        if (c == '\n' || c == '\r') {
            if (end && end != c)
                continue;
            if (l->at++ == l->wanted)
                return true;
            l->end = c;
        } else if (l->at == l->wanted && l->len < sizeof l->text)
            l->text[l->len++] = c;
    }
    return false;
}

static void read_file(struct lines *l, const char *path)
{
    struct stat about;
    char piece[READ_SIZE];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
        for (size_t all = 0; all < MOST_READ;) {
            ssize_t n = read(fd, piece, sizeof piece);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0 || take(l, piece, (size_t)n))
                break;
            all += (size_t)n;
        }
    close(fd);
}

/* ---- what it tells ---------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_path(char c)
{
    return is_word(c) || c == '.' || c == ':';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

/* Where the only "function" of the line stands, or `len`. */
static size_t find_keyword(const char *s, size_t len)
{
    static const char word[] = "function";
    const size_t n = sizeof word - 1;
    size_t found = len;
    for (size_t i = 0; i + n <= len; i++) {
        if (s[i] == '-' && s[i + 1] == '-')
            break; /* a comment, or a line too odd to be read */
        if (memcmp(s + i, word, n) != 0 || (i > 0 && is_word(s[i - 1])) ||
            (i + n < len && is_word(s[i + n])))
            continue;
        if (found != len)
            return len; /* which of them? */
        found = i;
    }
    return found;
}

static size_t give(const char *s, size_t from, size_t to, char *name, size_t size)
{
    if (to <= from || (s[from] >= '0' && s[from] <= '9') || !is_word(s[from]) ||
        !is_word(s[to - 1]))
        return 0;
    size_t n = to - from < size ? to - from : size;
    memcpy(name, s + from, n);
    return n;
}

/* Index after what is no blank before `i`. */
static size_t skip_back(const char *s, size_t i)
{
    while (i > 0 && is_blank(s[i - 1]))
        i--;
    return i;
}

/* `["key"]` ends at `end`: its key. */
static size_t quoted_key(const char *s, size_t end, char *name, size_t size)
{
    size_t to = skip_back(s, end - 1);
    if (to == 0 || (s[to - 1] != '"' && s[to - 1] != '\''))
        return 0;
    char quote = s[--to];
    size_t from = to;
    while (from > 0 && is_word(s[from - 1]))
        from--;
    if (from == 0 || s[from - 1] != quote)
        return 0;
    size_t bracket = skip_back(s, from - 1);
    if (bracket == 0 || s[bracket - 1] != '[' || (bracket > 1 && is_path(s[bracket - 2])))
        return 0;
    return give(s, from, to, name, size);
}

/* Whether what stands before a name at `from` leaves the function to that name alone. */
static bool is_alone(const char *s, size_t from)
{
    size_t i = skip_back(s, from);
    if (i == 0 || s[i - 1] == '{' || s[i - 1] == ';')
        return true;
    if (s[i - 1] == ',') /* of a constructor; or one of several variables */
        return memchr(s, '=', i) || memchr(s, '{', i);
    return i < from && (is_word(s[i - 1]) || s[i - 1] == ')'); /* local; the end of a statement */
}

/* NAME = function: what stands before the keyword at `at`. */
static size_t name_before(const char *s, size_t at, char *name, size_t size)
{
    size_t i = skip_back(s, at);
    if (i == 0 || s[i - 1] != '=' || (i > 1 && strchr("=~<>", s[i - 2])))
        return 0;
    i = skip_back(s, i - 1);
    if (i > 0 && s[i - 1] == ']')
        return quoted_key(s, i, name, size);
    if (i > 0 && s[i - 1] == '>') { /* local f <const> */
        while (i > 0 && s[i - 1] != '<')
            i--;
        i = skip_back(s, i ? i - 1 : 0);
    }
    size_t to = i;
    while (i > 0 && is_path(s[i - 1]))
        i--;
    return is_alone(s, i) ? give(s, i, to, name, size) : 0;
}

size_t name_in_line(const char *text, size_t len, char *name, size_t size)
{
    size_t at = find_keyword(text, len);
    if (at == len)
        return 0;
    size_t from = at + strlen("function");
    while (from < len && is_blank(text[from]))
        from++;
    size_t to = from;
    while (to < len && is_path(text[to]))
        to++;
    if (to > from)
        return give(text, from, to, name, size);
    return from < len && text[from] == '(' ? name_before(text, at, name, size) : 0;
}

size_t name_of_definition(const char *source, int line, char *name, size_t size)
{
    struct lines l;
    l.wanted = line;
    l.at = 1;
    l.end = 0;
    l.len = 0;
    if (*source == '@')
        read_file(&l, source + 1);
    else if (*source != '=')
        take(&l, source, strlen(source));
    return name_in_line(l.text, l.len, name, size);
}
