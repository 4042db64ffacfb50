/* The random numbers of java.util.SplittableRandom, bit for bit: both sides must walk the same addresses. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

struct random {
    uint64_t seed;
};

/* Next 64 bits, as nextLong(). */
uint64_t random_next(struct random *random);

/* Next number below a positive bound, as the elements of longs(n, 0, bound). */
uint64_t random_below(struct random *random, uint64_t bound);

/* Next number below a positive bound, as nextInt(bound). */
uint32_t random_int_below(struct random *random, uint32_t bound);

#endif
