/* What the files of `cmd` share, and nobody else sees. */
#ifndef XDB_CLI_CMD_STATE_H
#define XDB_CLI_CMD_STATE_H

#include "cli/cmd.h"

/* A file of commands, for its lines in the queue; kept as long as the interpreter. */
struct cmd_file {
    struct cmd_file *next;
    unsigned nesting; /* 1 for one that no other file's line asked for */
    bool goes_on;     /* after a line that failed */
    char name[];
};

/* A line in the queue, or what is left of it after a `;;`. */
struct entry {
    struct entry *next;
    unsigned depth;              /* of the cmd_execute that it belongs to; 0: the loop's */
    bool quiet;                  /* does not become what an empty line repeats */
    bool split;                  /* a part before this one has been taken */
    const struct cmd_file *file; /* where it stands; NULL: in none */
    int line;                    /* of it, from 1 */
    bool from_alias;             /* pays from `expansions` */
    size_t start, len;           /* text[start..len-1] is left */
    char text[];
};

/* A line being run; they are linked so that one left by longjmp is freed in the end. */
struct running {
    struct running *outer;
    const struct cmd_file *file; /* as in struct entry */
    bool quiet;                  /* as there */
    struct buffer text;
};

struct alias {
    struct alias *next; /* in the order of the names */
    char *text;         /* points behind the name */
    char name[];
};

struct cmd {
    const struct cmd_row *rows;
    const struct cmd_topic *topics;
    struct cmd_face face;
    void *user;
    unsigned features;
    char *intro;
    struct buffer base, prompt; /* as configured; with its parentheses */
    unsigned level;
    struct buffer last; /* what an empty line repeats */
    struct entry *queue;
    unsigned depth; /* of cmd_execute */
    struct running *running;
    struct alias *aliases;
    struct cmd_file *files;
    bool failed;         /* the line that runs has; see cmd_failed */
    unsigned expansions; /* of aliases still allowed to the line that was read */
};

/* The prompt for the further lines of a statement. */
#define CMD_MORE "...   "

enum {
    CMD_STATEMENT_MAX = 1024 * 1024, /* bytes of a statement of several lines */
    CMD_EXPANSIONS = 1000,           /* for one line */
    CMD_NESTING = 16,                /* aliases that begin with an alias, files that read files */
    CMD_EXPANDED_MAX = 64 * 1024     /* bytes of a line after an alias was replaced */
};

/* Cuts the white space off both ends. */
void cmd_trim(const char **s, size_t *n);
/* Bytes up to the next white space. */
size_t cmd_word(const char *s, size_t n);
/* Bytes of the letters, digits and underscores that s begins with. */
size_t cmd_ident(const char *s, size_t n);
/* Is s[0..n-1], whose first `w` bytes are a command's name, an expression all the same? */
bool cmd_is_expression(const struct cmd *c, const char *s, size_t n, size_t w);
/* Where the first `;;` is, or n when the line is not to be cut. */
size_t cmd_cut(const struct cmd *c, const char *s, size_t n);
/* Puts a line at the head of the queue; the fields of `like` but its length and text are taken over. */
void cmd_push(struct cmd *c, const struct entry *like, const char *s, size_t n);
/* Drops the head of the queue. */
void cmd_drop(struct cmd *c);
/* Frees the innermost running line. */
void cmd_leave(struct cmd *c);
/* The usage of a row, indented by the prompt's width. */
void cmd_usage(struct cmd *c, const struct cmd_row *row);
const struct alias *cmd_alias(const struct cmd *c, const char *name, size_t n);
void cmd_free_aliases(struct cmd *c);
/*
** Replaces the first word of `line` while it is an alias. False: there was a complaint, and nothing is to be
** run. Text after a `;;` in the replacement goes into the queue, flagged as `like` is.
*/
bool cmd_expand(struct cmd *c, const struct entry *like, struct buffer *line);

#endif
