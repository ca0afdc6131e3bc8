#include "cli/lineedit.h"

#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    char byte;
} named[] = {{"tab", '\t'}, {"space", ' '}, {"spc", ' '}, {"del", '\177'}, {"rubout", '\177'}};

static const char *const control[] = {"control-", "ctrl-", "c-", "\\C-", "^"}, *const meta[] = {
                                                                                   "meta-", "alt-",
                                                                                   "m-", "\\M-",
                                                                                   "\\e"};

/* Whether *name begins with one of the prefixes, which is then cut off. */
static bool take(const char **name, const char *const *prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(prefixes[i]);
        if (strncasecmp(*name, prefixes[i], len) == 0 && (*name)[len]) {
            *name += len;
            return true;
        }
    }
    return false;
}

static char byte_of(const char *name)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (strcasecmp(name, named[i].name) == 0)
            return named[i].byte;
    return name[0] > ' ' && name[0] < '\177' && !name[1] ? name[0] : '\0';
}

bool lineedit_key(const char *name, char keys[LINEEDIT_KEYS])
{
    enum { CONTROL = 0x1F };
    bool escaped = take(&name, meta, sizeof meta / sizeof *meta);
    bool controlled = take(&name, control, sizeof control / sizeof *control);
    char byte = byte_of(name);
    if (controlled) /* Enter is taken */
        byte = byte >= '@' && byte != 'm' && byte != 'M' && byte != 'j' && byte != 'J'
                   ? (char)(byte & CONTROL)
                   : '\0';
    if (!byte)
        return false;
    size_t n = 0;
    if (escaped)
        keys[n++] = '\033';
    keys[n++] = byte;
    keys[n] = '\0';
    return true;
}
