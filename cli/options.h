/*
** Command lines. ONE table of rows per command drives parsing, the usage line, `--help`, the offers of
** a shell's completion and the comparison with the manual page: whoever needs a fact about an option
** walks the rows. The conventions are those of Python's argparse: `-cVALUE`, `-c VALUE`, `-c=VALUE`,
** `--command VALUE`, `--command=VALUE`, flags put together (`-rf`), `--comm` for `--command` where no
** other begins so, `--` ends the options, and the same words in the complaints.
**
** Parsing fills a struct of the command's own, which holds the defaults beforehand. Strings in it point
** into `argv`; only lists and the operands are allocated, and `options_release` frees them. Nothing here
** prints but `options_report` and `options_fail`, which are given the files to print to.
**
** parsing: options_parse options_release      text: options_usage options_help      telling:
** options_report options_fail
*/
#ifndef XDB_CLI_OPTIONS_H
#define XDB_CLI_OPTIONS_H

#include "core/buffer.h"
#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What an option does, and with it the type of the field at `offset`. */
enum option_kind {
    OPTION_END,     /* closes the table; what a row of zeros is */
    OPTION_GROUP,   /* no option: heading `name` and text `help` for the rows that follow */
    OPTION_FLAG,    /* bool: true when given */
    OPTION_COUNT,   /* int: one more each time it is given */
    OPTION_STRING,  /* const char *: the last one given */
    OPTION_INT,     /* long long, any number that fits */
    OPTION_NUMBER,  /* double, finite */
    OPTION_LIST,    /* struct option_list: each one given, in order */
    OPTION_ACTION,  /* `action` is called */
    OPTION_HELP,    /* parsing ends with OPTIONS_HELP */
    OPTION_VERSION, /* parsing ends with OPTIONS_VERSION */
};

enum option_flags {
    OPTION_STOPS = 1, /* what follows it (and its argument) are operands: `-m MODULE args` */
    /* the argument may be left out, and counts only when attached (`-W`, `-Werror`, `--html=DIR`);
       left out it is "" */
    OPTION_ATTACHED = 2,
    OPTION_HIDDEN = 4, /* works, but is in no help */
    OPTION_ANY = 8,    /* the next word is the argument even when it looks like an option */
};

/* What a shell should offer for the argument of an option or for an operand. */
enum option_offer { OFFER_NOTHING, OFFER_FILES, OFFER_FOLDERS, OFFER_SCRIPTS, OFFER_MODULES };

struct option_list {
    const char **items; /* the array is owned, the strings are argv's */
    size_t count;
};

struct option_row {
    char letter;      /* short form, or 0 */
    const char *name; /* long form without its dashes, or NULL; a group's heading */
    const char *arg;  /* name of the argument in texts; NULL: takes none */
    const char *help; /* one or more sentences, without newlines */
    enum option_kind kind;
    size_t offset;  /* of the field in the command's struct (offsetof) */
    unsigned flags; /* enum option_flags */
    int exclusive;  /* rows with the same number above 0 exclude each other */
    enum option_offer offer;
    const char *const *choices; /* the only arguments allowed, ended by NULL; or NULL */
    /*
    ** For OPTION_ACTION: takes the argument ("" when there is none) into `target`. 0, or a negative code
    ** with the complaint in `e`, to which the option's name is put in front.
    */
    int (*action)(void *target, const char *value, struct xdb_error *e);
};

/* A positional argument. `max` 0: as many as there are. */
struct option_operand {
    const char *name;
    const char *help;
    int min, max;
    enum option_offer offer;
};

struct options {
    const char *prog;        /* as in `usage: PROG ...` */
    const char *version;     /* the line for --version */
    const char *usage;       /* what follows PROG in the usage line; NULL: made from the rows */
    const char *description; /* paragraphs between empty lines are wrapped; lines that begin with a
                                space stay as they are; may be NULL */
    const char *epilog;      /* the same, after the options */
    const struct option_row *rows;         /* ended by OPTION_END */
    const struct option_operand *operands; /* ended by a row without a name; may be NULL */
    /* Those that a first word chooses, the last of their `prog` (`xprof report`); ended by NULL; or NULL. */
    const struct options *const *subcommands;
    bool mixed; /* options may follow operands; false: they end at the first (`xdb script -c x`) */
};

/* The words that are no options, in order; `items` is owned, the strings are argv's. */
struct options_rest {
    char **items;
    int count;
    bool dashes; /* a `--` ended the options */
};

enum options_status {
    OPTIONS_RUN = 0,
    OPTIONS_HELP = 1,
    OPTIONS_VERSION = 2,
    OPTIONS_COMPLETION = 3 /* and above: for the shell of that place in completion_shells */
};

/*
** Reads argv[1..argc-1] into `target` and `rest`. Every command takes a single `--completion-script=SHELL`,
** which is in no help (see cli/completion.h). Returns an options_status, or XDB_EINVAL/XDB_ENOMEM with
** the complaint in `e`. Whatever it returns, `target` and `rest` may be given to `options_release`, which
** must happen before a second parse into the same `target`.
*/
int options_parse(const struct options *spec, int argc, char **argv, void *target,
                  struct options_rest *rest, struct xdb_error *e);
/* What `--completion-script=SHELL`, alone on the command line, asks for; OPTIONS_RUN when it is not there. */
int options_completion(int argc, char **argv, struct xdb_error *e);
/* Frees the operands and the lists in `target`; either may be NULL. */
void options_release(const struct options *spec, void *target, struct options_rest *rest);

/* Appends `usage: PROG ...`, wrapped to `width` columns, with its newline. */
void options_usage(const struct options *spec, int width, struct buffer *out);
/* Appends the whole help, wrapped to `width` columns. */
void options_help(const struct options *spec, int width, struct buffer *out);
/* Appends the option's names as messages give them: `-c/--command`. */
void options_name(const struct option_row *row, struct buffer *out);

/*
** Does what `status` asks for: help, version or a shell's completion on `out`, usage and complaint on `err`. Returns the exit
** status (0 or 2), or -1 for OPTIONS_RUN.
*/
int options_report(const struct options *spec, int status, const struct xdb_error *e, int width,
                   FILE *out, FILE *err);
/* Prints usage and `PROG: error: TEXT` on `err` for what the rows cannot check; returns 2. */
int options_fail(const struct options *spec, int width, FILE *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
