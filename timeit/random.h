/*
** The same random numbers every time: for draws that nobody could have arranged, and that can be repeated.
** splitmix64: small, even, and alike on all machines. Signal-safe, never fails.
*/
#ifndef XDB_TIMEIT_RANDOM_H
#define XDB_TIMEIT_RANDOM_H

#include <stdint.h>

/* The next one; `state` may begin with any number. */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

#endif
