/*
 * The hand-off between vCPUs and a handler in another process, as SharedPort and SharedHandler do it.
 *
 * Two files, each written by one side only. A request is: number, arguments, then the request state word {REQ, generation,
 * epoch, check}. An answer is: words, checksum, then the response state word {DONE, generation, epoch, check}. The vCPU sees DONE
 * of its own request, copies the answer once, reads the state word again, verifies the checksum, and applies the copy. At the
 * deadline it writes FREE and goes on with the next number. The handler only decides: it has no state CLAIM, because deciding has
 * no effect, and a handler that starts answers every open request again.
 *
 * Both sides only pass messages (no side stores and then has to see what the other stored before), so release and acquire give
 * every order that sequential consistency gives here, which is what spin assumes.
 *
 * What may happen, each as often as its macro says: KILLS the handler dies before any of its steps and is started again; ZOMBIES
 * it is given up while it is in the middle of an answer, another one starts, and the first wakes up at any later time and ends that
 * answer; OWNERS the VM dies before any of its steps and starts again on the same two files, nothing cleared (worse than the code,
 * which makes new files); GARBAGE words of the response file change by themselves; DEADLINE a vCPU gives up at any time. Generations
 * are counted modulo GENERATIONS, so that 2 and 1 show what happens when 32 bits wrap.
 *
 * PLANT=n plants one error; .ci/model shows that each is found.
 */
#ifndef VCPUS
#define VCPUS 1
#endif
#ifndef REQUESTS
#define REQUESTS 3
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef ZOMBIES
#define ZOMBIES 0
#endif
#ifndef OWNERS
#define OWNERS 0
#endif
#ifndef GARBAGE
#define GARBAGE 0
#endif
#ifndef DEADLINE
#define DEADLINE 1
#endif
#ifndef GENERATIONS
#define GENERATIONS 8
#endif
#ifndef PLANT
#define PLANT 0
#endif

#define MAX_BAD 3
#define FREE 0
#define REQ 1
#define DONE 2
#define RUBBISH 63

/* A state word; the cell stands for the check bits, which cover it. */
#define WORD(state, generation, epoch, cell) ((state) + 4 * (generation) + 32 * (epoch) + 64 * (cell))
#define STATE(word) ((word) & 3)
#define GENERATION(word) (((word) >> 2) & 7)
#define EPOCH(word) (((word) >> 5) & 1)
#define CELL(word) (((word) >> 6) & 1)
/* The answered request's word with the state DONE. */
#define DONE_OF(word) ((word) + DONE - REQ)

/* Which request it is, over all lives of the VM; what the handler decides is this and one bit of its own. */
#define IDENTITY(serial, epoch, cell) ((serial) + 4 * (epoch) + 8 * (cell))
#define DECISION(identity, choice) (2 * (identity) + (choice))
#define DECIDED(word) ((word) / 2)

#if PLANT == 1
/* The checksum does not cover the request number. */
#define CHECKSUM(number, epoch, cell, first, second) ((epoch) * 4 + (cell) * 8 + 16 * (first) + 1024 * (second))
#elif PLANT == 2
/* The checksum does not cover the cell, nor do the check bits. */
#undef CELL
#define CELL(word) 0
#undef WORD
#define WORD(state, generation, epoch, cell) ((state) + 4 * (generation) + 32 * (epoch))
#define CHECKSUM(number, epoch, cell, first, second) ((number) + (epoch) * 4 + 16 * (first) + 1024 * (second))
#else
#define CHECKSUM(number, epoch, cell, first, second) ((number) + (epoch) * 4 + (cell) * 8 + 16 * (first) + 1024 * (second))
#endif

/* The request file. */
byte header_epoch;
byte request_number[VCPUS];
byte request_arguments[VCPUS];
byte request_state[VCPUS];
/* The response file. */
byte first_word[VCPUS];
byte second_word[VCPUS];
int checksum[VCPUS];
byte response_state[VCPUS];
#if PLANT == 3
byte claimed[VCPUS];
#endif

/* What the VM knows of the peer. */
byte bad_answers;
bool fenced;

/* What may still happen. */
byte kills = KILLS;
byte zombies = ZOMBIES;
byte owners = OWNERS;
byte garbage = GARBAGE;
bool handler_dies;
byte zombie;
bool owner_dies[VCPUS];
byte finished;

/* What the properties speak of. */
bool dirty;
int applied;
int ended;

inline bad_answer() {
    /* The peer is fenced only for what it did wrong, never for being late. Only here can generations wrap and files be used again. */
    assert(dirty || GENERATIONS <= 2 || header_epoch > 0);
    if
    :: bad_answers < MAX_BAD -> bad_answers++
    :: else
    fi;
    fenced = bad_answers == MAX_BAD
}

inline apply(word) {
    assert(DECIDED(word) == identity);
    assert((applied & (1 << identity)) == 0);
    assert((ended & (1 << identity)) == 0);
    applied = applied | (1 << identity)
}

inline end_with_status() {
    assert((ended & (1 << identity)) == 0);
    ended = ended | (1 << identity)
}

inline classify() {
    d_step {
        seen = response_state[cell];
        if
        /* An answer that is being written anew. */
        :: seen == 0
#if PLANT != 4
        :: STATE(seen) == DONE && EPOCH(seen) == epoch && CELL(seen) == cell && GENERATION(seen) != GENERATION(expected)
            /* The answer to a request that was given up. */
#else
        /* Late answers count as bad ones. */
#endif
        :: else -> if :: !refused -> refused = 1; bad_answer() :: else fi
        fi
    }
}

proctype Vcpu(byte cell) {
    byte epoch, number, serial, identity, expected, seen, one, two;
    int sum;
    bool refused;
start: skip;
    d_step {
        epoch = header_epoch; number = 0; serial = 0; identity = 0; expected = 0; one = 0; two = 0; sum = 0; refused = 0;
        seen = response_state[cell]
    };
    {
        do
        :: serial < REQUESTS ->
            d_step {
                serial++;
                number++;
                refused = 0;
                identity = IDENTITY(serial, epoch, cell);
                expected = WORD(DONE, number % GENERATIONS, epoch, cell)
            };
            if
            :: fenced -> goto hardware
            :: else
            fi;
#if PLANT != 5
            request_arguments[cell] = identity;
            request_number[cell] = number;
#else
            /* The number does not go last, so it may be seen without its arguments. */
            request_number[cell] = number;
            request_arguments[cell] = identity;
#endif
            request_state[cell] = WORD(REQ, number % GENERATIONS, epoch, cell);
waiting:
            if
            :: response_state[cell] == expected ->
                one = first_word[cell];
                two = second_word[cell];
                sum = checksum[cell];
                if
                :: response_state[cell] != expected -> goto waiting
                :: else
                fi;
#if PLANT == 6
                /* The checksum is not verified. */
                skip;
#else
                if
                :: sum != CHECKSUM(number, epoch, cell, one, two) ->
                    d_step { if :: !refused -> refused = 1; bad_answer() :: else fi };
                    goto waiting
                :: else
                fi;
#endif
#if PLANT == 7
                /* The words are read again from the file once they are verified. */
                one = first_word[cell];
#endif
                d_step { apply(one); seen = expected };
#if PLANT == 8
                /* A request is journalled as applied only some time later: meanwhile its answer is looked at once more. */
                if
                :: goto waiting
                :: skip
                fi;
#endif
                d_step { end_with_status() }
            :: atomic { response_state[cell] != expected && response_state[cell] != seen -> classify() };
                goto waiting
            :: fenced -> request_state[cell] = WORD(FREE, number % GENERATIONS, epoch, cell); goto hardware
#if DEADLINE
            :: true ->
                request_state[cell] = WORD(FREE, number % GENERATIONS, epoch, cell);
#if PLANT == 9
                /* The next request takes the same number. */
                number--;
#endif
                goto hardware
#endif
            fi;
            goto next;
hardware: skip;
            d_step { end_with_status() };
#if PLANT == 10
            /* An answer that comes while the call ends is taken after all. */
            if
            :: response_state[cell] == expected -> d_step { apply(first_word[cell]) }
            :: else
            fi;
#endif
next:       skip
        :: serial == REQUESTS -> break
        od
    } unless {
        owner_dies[cell] -> owner_dies[cell] = 0; goto start
    };
    finished++
}

inline answer(cell) {
    number = request_number[cell];
#if PLANT != 11
    /* The planted error: a number that is not the state word's is taken for the request's. */
    if
    :: number % GENERATIONS != GENERATION(word) -> goto again
    :: else
    fi;
#endif
    identity = request_arguments[cell];
    if
    :: request_state[cell] != word -> goto again
    :: else
    fi;
#if PLANT == 3
    /* A handler claims a request before it decides, and what is claimed is left alone. */
    claimed[cell] = number;
#endif
    /* Two handlers may decide differently: windows come and go. */
    if
    :: choice = 0
    :: choice = 1
    fi;
    decided = DECISION(identity, choice);
#if PLANT != 12
    /* The planted error: an answer is written over one that is being read. */
    if
    :: response_state[cell] == DONE_OF(word) ->
        if
        :: checksum[cell] == CHECKSUM(number, epoch, cell, first_word[cell], second_word[cell]) ->
            /* Another handler has answered before it died. */
            answered[cell] = number;
            goto again
        :: else -> response_state[cell] = 0
        fi
    :: else
    fi;
#endif
#if PLANT == 13
    /* The state word goes first. */
    response_state[cell] = DONE_OF(word);
#endif
    first_word[cell] = decided;
    second_word[cell] = decided;
#if PLANT == 14
    /* The answer is given to the request that stands there now. */
    d_step {
        word = request_state[cell];
        if :: STATE(word) == FREE -> word++ :: else fi;
        number = request_number[cell]
    };
#endif
    checksum[cell] = CHECKSUM(number, epoch, cell, decided, decided);
    response_state[cell] = DONE_OF(word);
    answered[cell] = number
}

#if PLANT == 3
#define IS_OPEN(cell) \
    (STATE(request_state[cell]) == REQ && EPOCH(request_state[cell]) == epoch && request_number[cell] != answered[cell] \
     && request_number[cell] != claimed[cell])
#else
#define IS_OPEN(cell) \
    (STATE(request_state[cell]) == REQ && EPOCH(request_state[cell]) == epoch && request_number[cell] != answered[cell])
#endif

proctype Handler() {
    byte epoch, word, number, identity, decided, choice;
    byte answered[VCPUS];
start: skip;
    d_step {
        epoch = header_epoch; word = 0; number = 0; identity = 0; decided = 0; choice = 0; answered[0] = 0;
#if VCPUS == 2
        answered[1] = 0
#endif
    };
    {
again:
end:
        do
        :: zombie == _pid -> zombie = 0; goto gone
        :: atomic { zombie != _pid && IS_OPEN(0) -> word = request_state[0]; decided = 0; choice = 0 };
            answer(0)
#if VCPUS == 2
        :: atomic { zombie != _pid && IS_OPEN(1) -> word = request_state[1]; decided = 0; choice = 0 };
            answer(1)
#endif
        /* The owner has died: this handler leaves, and another one serves the next. */
        :: zombie != _pid && header_epoch != epoch -> goto start
        od
    } unless {
        handler_dies && zombie != _pid -> handler_dies = 0; goto start
    };
gone:
    skip
}

inline spoil(cell) {
    if
    :: first_word[cell] = RUBBISH
    :: second_word[cell] = RUBBISH
    :: checksum[cell] = 0
    :: response_state[cell] = 0
    /* As if the open request were answered. */
    :: STATE(request_state[cell]) == REQ -> response_state[cell] = DONE_OF(request_state[cell])
#if VCPUS == 2
    /* The answer of the other vCPU. */
    :: d_step {
            first_word[cell] = first_word[1 - cell];
            second_word[cell] = second_word[1 - cell];
            checksum[cell] = checksum[1 - cell];
            response_state[cell] = response_state[1 - cell]
        }
#endif
    fi
}

init {
    pid handler;
    atomic {
        run Vcpu(0);
#if VCPUS == 2
        run Vcpu(1);
#endif
        handler = run Handler()
    };
end:
    do
    :: atomic { kills > 0 && !handler_dies && finished < VCPUS -> kills--; handler_dies = 1 }
    :: atomic { zombies > 0 && zombie == 0 && finished < VCPUS ->
            zombies--; zombie = handler; dirty = 1; handler = run Handler() }
    :: atomic { owners > 0 && finished == 0 ->
            owners--;
#if PLANT != 15
            /* The planted error: the epoch does not grow. */
            header_epoch++;
#else
            ended = 0; applied = 0;
#endif
            owner_dies[0] = 1;
#if VCPUS == 2
            owner_dies[1] = 1
#endif
        }
    :: atomic { garbage > 0 && finished < VCPUS -> garbage--; dirty = 1; spoil(0) }
#if VCPUS == 2
    :: atomic { garbage > 0 && finished < VCPUS -> garbage--; dirty = 1; spoil(1) }
#endif
    od
}

#ifdef LIVE
ltl every_request_is_answered { <> (finished == VCPUS && !fenced) }
#endif
