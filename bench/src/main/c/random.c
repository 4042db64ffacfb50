#include "random.h"

/* SplitMix64, as Steele, Lea and Flood published it: a counter that steps by the golden ratio, and a mixer (Stafford's 13th). */
uint64_t random_next(struct random *random)
{
    uint64_t z = random->seed += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    uint64_t draw = random_next(random);

    if ((bound & (bound - 1)) == 0)
        return draw & (bound - 1);
    /* 63 bits; what falls into the last, incomplete block of `bound` numbers is drawn again, or small ones would be likelier. */
    draw >>= 1;
    while (draw - draw % bound + (bound - 1) > INT64_MAX)
        draw = random_next(random) >> 1;
    return draw % bound;
}
