/*
** One instruction of Lua 5.4's virtual machine: its operation and operands, and where control goes after it.
** Pure functions of the 32 bits; every number is survived.
*/
#ifndef XDB_CORE_INSTRUCTION_H
#define XDB_CORE_INSTRUCTION_H

#include <stdbool.h>
#include <stdint.h>

// clang-format off
/* Operations by their numbers in Lua 5.4. */
enum bytecode_op {
    BC_MOVE, BC_LOADI, BC_LOADF, BC_LOADK, BC_LOADKX, BC_LOADFALSE, BC_LFALSESKIP, BC_LOADTRUE, BC_LOADNIL,
    BC_GETUPVAL, BC_SETUPVAL, BC_GETTABUP, BC_GETTABLE, BC_GETI, BC_GETFIELD, BC_SETTABUP, BC_SETTABLE,
    BC_SETI, BC_SETFIELD, BC_NEWTABLE, BC_SELF, BC_ADDI, BC_ADDK, BC_SUBK, BC_MULK, BC_MODK, BC_POWK,
    BC_DIVK, BC_IDIVK, BC_BANDK, BC_BORK, BC_BXORK, BC_SHRI, BC_SHLI, BC_ADD, BC_SUB, BC_MUL, BC_MOD,
    BC_POW, BC_DIV, BC_IDIV, BC_BAND, BC_BOR, BC_BXOR, BC_SHL, BC_SHR, BC_MMBIN, BC_MMBINI, BC_MMBINK,
    BC_UNM, BC_BNOT, BC_NOT, BC_LEN, BC_CONCAT, BC_CLOSE, BC_TBC, BC_JMP, BC_EQ, BC_LT, BC_LE, BC_EQK,
    BC_EQI, BC_LTI, BC_LEI, BC_GTI, BC_GEI, BC_TEST, BC_TESTSET, BC_CALL, BC_TAILCALL, BC_RETURN,
    BC_RETURN0, BC_RETURN1, BC_FORLOOP, BC_FORPREP, BC_TFORPREP, BC_TFORCALL, BC_TFORLOOP, BC_SETLIST,
    BC_CLOSURE, BC_VARARG, BC_VARARGPREP, BC_EXTRAARG, BC_OPS
};
// clang-format on

enum bytecode_mode { BC_ABC, BC_ABX, BC_ASBX, BC_AX, BC_SJ };

struct instruction {
    const char *name; /* "GETTABUP"; "?" for a number that is no operation */
    int op;           /* enum bytecode_op, or a number from BC_OPS on */
    enum bytecode_mode mode;
    bool sets_a; /* its result goes to register A */
    bool tests;  /* conditional: the next instruction is a jump, done or skipped */
    int a, b, c; /* b and c: BC_ABC only */
    bool k;
    int bx; /* BC_ABX, BC_ASBX (then signed), BC_AX, BC_SJ (then signed) */
};

/* Takes one instruction apart. Fields that its mode does not have are 0. */
struct instruction instruction_decode(uint32_t word);

/*
** Where control can go after instruction `pc` of a function of `n` instructions: writes at most two
** indices, the fall-through first, and returns how many (0 after a return). A target outside of the
** function is left out. Arithmetic goes to the next instruction, its metamethod fallback, which always
** goes on to the one after it.
*/
int instruction_successors(const uint32_t *code, int n, int pc, int next[2]);

/* How far a jump instruction reaches, in instructions. */
enum { INSTRUCTION_MAX_JUMP = 0xffffff };
/* The jump that goes on `distance` instructions after itself, as BC_JMP does by `bx + 1`. */
uint32_t instruction_jump(int distance);

#endif
