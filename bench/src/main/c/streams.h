/* What every row walks: 1,024 random calls on a window of 512 pages of 4 KiB over 64 MiB of guest memory, as on the JVM's side. */
#ifndef STREAMS_H
#define STREAMS_H

#include <stdint.h>

#define CALLS 1024
#define PAGE_SHIFT 12
#define WINDOW_PAGES 512
#define RAM_BYTES (UINT64_C(64) << 20)
#define FIRST_LIOBN UINT64_C(0x80000000)

extern uint64_t iobas[CALLS];
extern uint64_t tces[CALLS];
/* The pages of the window in random order, for passes that visit each page once. */
extern uint64_t permutation[WINDOW_PAGES];

/* Fills the streams above. */
void streams_fill(void);

/* Fills a stream of LIOBNs of `tables` windows. */
void streams_liobns(uint64_t liobns[CALLS], uint64_t tables);

/* Prints the streams, and numbers below bounds that are no powers of two, for the comparison with the JVM's. */
void streams_print(void);

#endif
