/* The commands of coverage. argv[0] is the word that chose one; each returns the exit status. */
#ifndef XDB_TRACE_MAIN_COMMANDS_H
#define XDB_TRACE_MAIN_COMMANDS_H

#include "cli/options.h"

/* Their options. */
const struct options *cover_options(void);
const struct options *combine_options(void);
const struct options *report_options(void);

/* Runs a program and adds what it covers to the data file. */
int cover_main(int argc, char **argv);
/* Makes one data file of several. */
int combine_main(int argc, char **argv);
/* Reports what a data file holds. */
int report_main(int argc, char **argv);

#endif
