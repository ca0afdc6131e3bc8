/*
** Makes the Nth allocation of the code under test fail, for sweeps that must survive each. It works by
** the linker's --wrap, so the code under test knows nothing of it; what libraries of the system allocate
** for themselves is not touched. A test program gets it by `failing_alloc` in its list of libraries.
*/
#ifndef XDB_TESTS_FAILING_ALLOC_H
#define XDB_TESTS_FAILING_ALLOC_H

#include <stdbool.h>

/* From now on the `n`th allocation (from 1) and all after it fail; 0 ends that. */
void failing_alloc_from(unsigned long n);
/* Whether one has failed since. */
bool failing_alloc_failed(void);

#endif
