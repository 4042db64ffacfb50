#include "random.h"

#define GOLDEN_RATIO UINT64_C(0x9e3779b97f4a7c15)

/* SplitMix64, as Steele, Lea and Flood published it: a counter that steps by the golden ratio, and a mixer (Stafford's 13th). */
uint64_t random_next(struct random *random)
{
    uint64_t z = random->seed += GOLDEN_RATIO;

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

/* 32 bits come from a mixer of their own (Stafford's 4th, its upper half), not from half of 64. */
static uint32_t next_int(struct random *random)
{
    uint64_t z = random->seed += GOLDEN_RATIO;

    z = (z ^ (z >> 33)) * UINT64_C(0x62a9d9ed799705f5);
    return (uint32_t)(((z ^ (z >> 28)) * UINT64_C(0xcb24d0a5c88c35b3)) >> 32);
}

uint32_t random_int_below(struct random *random, uint32_t bound)
{
    uint32_t draw = next_int(random);

    if ((bound & (bound - 1)) == 0)
        return draw & (bound - 1);
    draw >>= 1;
    while (draw - draw % bound + (bound - 1) > INT32_MAX)
        draw = next_int(random) >> 1;
    return draw % bound;
}
