#define _GNU_SOURCE
#include "limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "streams.h"

#define LARGE_BYTES 65536
#define ROUNDS 1000

static uint64_t words[WINDOW_PAGES] __attribute__((aligned(128)));
static char from[LARGE_BYTES] __attribute__((aligned(128)));
static char to[LARGE_BYTES] __attribute__((aligned(128)));
static size_t block_bytes;

/* Requests and answers on lines of their own, and not on the pair that a prefetcher fetches together. */
static _Atomic uint64_t request __attribute__((aligned(128)));
static _Atomic uint64_t answer __attribute__((aligned(128)));
static const uint64_t end = UINT64_MAX;

void limits_setup(void)
{
    memset(words, 0, sizeof words);
    memset(from, 1, sizeof from);
    memset(to, 2, sizeof to);
}

static void bare_store_walk(void)
{
    for (int i = 0; i < CALLS; i++) {
        words[iobas[i] >> PAGE_SHIFT] = tces[i];
        compiler_barrier();
    }
}

static void exchange_walk(void)
{
    for (int i = 0; i < CALLS; i++)
        __atomic_exchange_n(&words[iobas[i] >> PAGE_SHIFT], tces[i], __ATOMIC_SEQ_CST);
}

static void fill_walk(void)
{
    for (int i = 0; i < CALLS; i++) {
        memset(to, 0, block_bytes);
        compiler_barrier();
    }
}

static void copy_walk(void)
{
    for (int i = 0; i < CALLS; i++) {
        memcpy(to, from, block_bytes);
        compiler_barrier();
    }
}

double bare_store_iterate(int64_t ns)
{
    return measure_walk(bare_store_walk, ns);
}

double exchange_iterate(int64_t ns)
{
    return measure_walk(exchange_walk, ns);
}

static double block_iterate(void (*walk)(void), size_t bytes, int64_t ns)
{
    block_bytes = bytes;
    return measure_walk(walk, ns);
}

double fill_4k_iterate(int64_t ns)
{
    return block_iterate(fill_walk, 4096, ns);
}

double fill_64k_iterate(int64_t ns)
{
    return block_iterate(fill_walk, LARGE_BYTES, ns);
}

double copy_4k_iterate(int64_t ns)
{
    return block_iterate(copy_walk, 4096, ns);
}

double copy_64k_iterate(int64_t ns)
{
    return block_iterate(copy_walk, LARGE_BYTES, ns);
}

/* The same hint as the JVM's Thread.onSpinWait(). */
static void spin_wait(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static void *answer_requests(void *unused)
{
    uint64_t last = 0;

    while (last != end) {
        uint64_t number = atomic_load_explicit(&request, memory_order_acquire);

        if (number == last) {
            spin_wait();
            continue;
        }
        atomic_store_explicit(&answer, number, memory_order_release);
        last = number;
    }
    return unused;
}

static void round_trip(uint64_t number)
{
    atomic_store_explicit(&request, number, memory_order_release);
    while (atomic_load_explicit(&answer, memory_order_acquire) != number)
        spin_wait();
}

double ping_pong_iterate(int64_t ns)
{
    pthread_t thread;
    uint64_t number = 0;

    atomic_store(&request, 0);
    atomic_store(&answer, 0);
    if (pthread_create(&thread, NULL, answer_requests, NULL) != 0) {
        perror("pthread_create");
        exit(2);
    }
    round_trip(++number);
    /* Time that passes: waiting for the other thread is the cost. */
    int64_t start = wall_ns();
    int64_t now = start;
    uint64_t first = number;
    while (now - start < ns) {
        for (int i = 0; i < ROUNDS; i++)
            round_trip(++number);
        now = wall_ns();
    }
    round_trip(end);
    pthread_join(thread, NULL);
    return (double)(now - start) / (double)(number - first);
}
