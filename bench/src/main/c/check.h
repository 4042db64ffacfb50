/* The handlers do what they stand for: results and views call by call. */
#ifndef CHECK_H
#define CHECK_H

/* Prints what is wrong; 0 when nothing is. */
int check_behaviour(void);

#endif
