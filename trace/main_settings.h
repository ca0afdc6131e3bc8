/*
** What the commands of coverage share: the keys of trace/settings as options, and how they talk to people.
*/
#ifndef XDB_TRACE_MAIN_SETTINGS_H
#define XDB_TRACE_MAIN_SETTINGS_H

#include "cli/options.h"
#include "trace/coverage.h"
#include "trace/settings.h"

/* Holds the settings that an `xtrace cover` hands to the processes it starts, as a text of settings. */
#define MAIN_ENVIRONMENT "XTRACE_COVER"

enum { MAIN_ROWS = SETTINGS_KEYS + 8 /* a command's own */ };

/* What the options of a command fill in; the command's own struct begins with it. */
struct main_given {
    struct option_list values[SETTINGS_KEYS]; /* by the place of the key in settings_keys */
    bool flags[SETTINGS_KEYS];
    const char *config; /* --config */
};

/* Makes the rows of a command of the keys for `use`, behind its own, which end with OPTION_END. */
void main_rows(struct option_row rows[MAIN_ROWS], const struct option_row *own, unsigned use);
/*
** Takes the settings: those that an `xtrace cover` above hands down, or the file's, then the options'. -1, or the
** exit status when something is wrong, which has been said.
*/
int main_take(const struct options *spec, const struct main_given *given, struct settings *s);
/* Prints each line of `text` on standard error behind "xtrace: ", and forgets it. */
void main_say(struct buffer *text);
void main_complain(const char *text);
/*
** Whether less than fail-under is covered; then it has been said.
*/
bool main_is_under(const struct settings *s, const struct coverage *c);
/* Puts the report together, telling what is to be told. NULL when that fails, which has been said. */
struct coverage *main_coverage(const struct settings *s, struct results *r);

#endif
