/* What no handler can beat: the store, the exchange, fill and copy, and a line that goes there and back between two threads. */
#ifndef LIMITS_H
#define LIMITS_H

#include <stdint.h>

void limits_setup(void);
double bare_store_iterate(int64_t ns);
double exchange_iterate(int64_t ns);
double fill_4k_iterate(int64_t ns);
double fill_64k_iterate(int64_t ns);
double copy_4k_iterate(int64_t ns);
double copy_64k_iterate(int64_t ns);
double ping_pong_iterate(int64_t ns);

#endif
