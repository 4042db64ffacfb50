/* Iterations and their JSON, as JMH's: three warm-ups and five measured iterations of 200 ms. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stdint.h>

struct row {
    const char *key;      /* benchmark, and after a colon its parameters: c.kernelPut:groups=1,call=map */
    int threads;
    bool against_exchange; /* each iteration is followed by one of bare exchanges, for what the row costs in exchanges */
    void (*setup)(void);
    double (*iterate)(int64_t ns); /* runs for that long; nanoseconds per call */
};

/* CPU time of this thread: a busy machine takes the thread off the CPU, which is not the row's cost. */
int64_t thread_ns(void);

/* Time that passes. */
int64_t wall_ns(void);

/* Runs `walk`, which makes CALLS calls, until `ns` of CPU time have gone; nanoseconds per call. */
double measure_walk(void (*walk)(void), int64_t ns);

/* Runs a row and prints its JSON. */
void measure_row(const struct row *row);

/* The compiler must believe that memory is read and written here: no store of a walk may be dropped or joined with the next. */
static inline void compiler_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

#endif
