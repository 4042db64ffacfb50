#define _GNU_SOURCE
#include "measure.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "limits.h"
#include "streams.h"

#define WARMUPS 3
#define ITERATIONS 5
#define ITERATION_NS 200000000
#define EXCHANGES_NS 50000000
/* A look at the clock is a system call: it is rare enough when this much goes by between two. */
#define LOOK_NS 1000000

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t thread_ns(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

int64_t wall_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double measure_walk(void (*walk)(void), int64_t ns)
{
    int64_t start = thread_ns();
    int64_t last = start;
    int64_t walks = 0;
    int64_t together = 1;

    while (last - start < ns) {
        for (int64_t i = 0; i < together; i++)
            walk();
        walks += together;
        int64_t now = thread_ns();
        if (now - last < LOOK_NS)
            together *= 2;
        last = now;
    }
    return (double)(last - start) / ((double)walks * CALLS);
}

static void print_metric(const double *scores)
{
    double sum = 0;

    for (int i = 0; i < ITERATIONS; i++)
        sum += scores[i];
    printf("{\"score\":%.6f,\"scoreError\":\"NaN\",\"scoreConfidence\":[\"NaN\",\"NaN\"],\"scorePercentiles\":{},"
           "\"scoreUnit\":\"ns/op\",\"rawData\":[[", sum / ITERATIONS);
    for (int i = 0; i < ITERATIONS; i++)
        printf("%s%.6f", i == 0 ? "" : ",", scores[i]);
    printf("]]}");
}

/* {"groups":"1","call":"map"} of groups=1,call=map */
static void print_params(const char *params)
{
    printf("\"");
    for (; *params != '\0'; params++) {
        if (*params == '=')
            printf("\":\"");
        else if (*params == ',')
            printf("\",\"");
        else
            printf("%c", *params);
    }
    printf("\"");
}

static void print_row(const struct row *row, const double *scores, const double *exchanges)
{
    const char *params = strchr(row->key, ':');
    int name = params == NULL ? (int)strlen(row->key) : (int)(params - row->key);

    printf("[{\"benchmark\":\"%.*s\",\"mode\":\"avgt\",\"threads\":%d,\"forks\":1,\"warmupIterations\":%d,"
           "\"warmupTime\":\"200 ms\",\"warmupBatchSize\":1,\"measurementIterations\":%d,"
           "\"measurementTime\":\"200 ms\",\"measurementBatchSize\":1,\"params\":{",
           name, row->key, row->threads, WARMUPS, ITERATIONS);
    if (params != NULL)
        print_params(params + 1);
    printf("},\"primaryMetric\":");
    print_metric(scores);
    printf(",\"secondaryMetrics\":{");
    if (row->against_exchange) {
        printf("\"exchange\":");
        print_metric(exchanges);
    }
    printf("}}]\n");
}

void measure_row(const struct row *row)
{
    double scores[ITERATIONS];
    double exchanges[ITERATIONS];

    streams_fill();
    row->setup();
    for (int i = -WARMUPS; i < ITERATIONS; i++) {
        double score = row->iterate(ITERATION_NS);
        double exchange = row->against_exchange ? exchange_iterate(EXCHANGES_NS) : 0;

        if (i >= 0) {
            scores[i] = score;
            exchanges[i] = exchange;
        }
    }
    print_row(row, scores, exchanges);
}
