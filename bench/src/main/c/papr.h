/* Statuses of hypercalls and the bits of a TCE. */
#ifndef PAPR_H
#define PAPR_H

#define H_SUCCESS 0L
#define H_PARAMETER (-4L)
/* Internal: this layer passes the call on. */
#define H_TOO_HARD 9999L

#define TCE_READ UINT64_C(1)
#define TCE_WRITE UINT64_C(2)
#define TCE_PERMISSIONS (TCE_READ | TCE_WRITE)

/* Which way data may flow, in the order in which DMA code numbers them. */
enum direction { BIDIRECTIONAL, TO_DEVICE, FROM_DEVICE, NONE };

#endif
