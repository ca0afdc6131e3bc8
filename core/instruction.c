#include "core/instruction.h"

#define SETS  1 /* the result goes to register A */
#define TESTS 2 /* a jump follows */

// clang-format off
static const struct {
    const char *name;
    unsigned char mode, flags;
} operations[BC_OPS] = {
    [BC_MOVE] = {"MOVE", BC_ABC, SETS}, [BC_LOADI] = {"LOADI", BC_ASBX, SETS},
    [BC_LOADF] = {"LOADF", BC_ASBX, SETS}, [BC_LOADK] = {"LOADK", BC_ABX, SETS},
    [BC_LOADKX] = {"LOADKX", BC_ABX, SETS}, [BC_LOADFALSE] = {"LOADFALSE", BC_ABC, SETS},
    [BC_LFALSESKIP] = {"LFALSESKIP", BC_ABC, SETS}, [BC_LOADTRUE] = {"LOADTRUE", BC_ABC, SETS},
    [BC_LOADNIL] = {"LOADNIL", BC_ABC, SETS}, [BC_GETUPVAL] = {"GETUPVAL", BC_ABC, SETS},
    [BC_SETUPVAL] = {"SETUPVAL", BC_ABC, 0}, [BC_GETTABUP] = {"GETTABUP", BC_ABC, SETS},
    [BC_GETTABLE] = {"GETTABLE", BC_ABC, SETS}, [BC_GETI] = {"GETI", BC_ABC, SETS},
    [BC_GETFIELD] = {"GETFIELD", BC_ABC, SETS}, [BC_SETTABUP] = {"SETTABUP", BC_ABC, 0},
    [BC_SETTABLE] = {"SETTABLE", BC_ABC, 0}, [BC_SETI] = {"SETI", BC_ABC, 0},
    [BC_SETFIELD] = {"SETFIELD", BC_ABC, 0}, [BC_NEWTABLE] = {"NEWTABLE", BC_ABC, SETS},
    [BC_SELF] = {"SELF", BC_ABC, SETS}, [BC_ADDI] = {"ADDI", BC_ABC, SETS},
    [BC_ADDK] = {"ADDK", BC_ABC, SETS}, [BC_SUBK] = {"SUBK", BC_ABC, SETS},
    [BC_MULK] = {"MULK", BC_ABC, SETS}, [BC_MODK] = {"MODK", BC_ABC, SETS},
    [BC_POWK] = {"POWK", BC_ABC, SETS}, [BC_DIVK] = {"DIVK", BC_ABC, SETS},
    [BC_IDIVK] = {"IDIVK", BC_ABC, SETS}, [BC_BANDK] = {"BANDK", BC_ABC, SETS},
    [BC_BORK] = {"BORK", BC_ABC, SETS}, [BC_BXORK] = {"BXORK", BC_ABC, SETS},
    [BC_SHRI] = {"SHRI", BC_ABC, SETS}, [BC_SHLI] = {"SHLI", BC_ABC, SETS},
    [BC_ADD] = {"ADD", BC_ABC, SETS}, [BC_SUB] = {"SUB", BC_ABC, SETS},
    [BC_MUL] = {"MUL", BC_ABC, SETS}, [BC_MOD] = {"MOD", BC_ABC, SETS},
    [BC_POW] = {"POW", BC_ABC, SETS}, [BC_DIV] = {"DIV", BC_ABC, SETS},
    [BC_IDIV] = {"IDIV", BC_ABC, SETS}, [BC_BAND] = {"BAND", BC_ABC, SETS},
    [BC_BOR] = {"BOR", BC_ABC, SETS}, [BC_BXOR] = {"BXOR", BC_ABC, SETS},
    [BC_SHL] = {"SHL", BC_ABC, SETS}, [BC_SHR] = {"SHR", BC_ABC, SETS},
    [BC_MMBIN] = {"MMBIN", BC_ABC, 0}, [BC_MMBINI] = {"MMBINI", BC_ABC, 0},
    [BC_MMBINK] = {"MMBINK", BC_ABC, 0}, [BC_UNM] = {"UNM", BC_ABC, SETS},
    [BC_BNOT] = {"BNOT", BC_ABC, SETS}, [BC_NOT] = {"NOT", BC_ABC, SETS},
    [BC_LEN] = {"LEN", BC_ABC, SETS}, [BC_CONCAT] = {"CONCAT", BC_ABC, SETS},
    [BC_CLOSE] = {"CLOSE", BC_ABC, 0}, [BC_TBC] = {"TBC", BC_ABC, 0},
    [BC_JMP] = {"JMP", BC_SJ, 0}, [BC_EQ] = {"EQ", BC_ABC, TESTS},
    [BC_LT] = {"LT", BC_ABC, TESTS}, [BC_LE] = {"LE", BC_ABC, TESTS},
    [BC_EQK] = {"EQK", BC_ABC, TESTS}, [BC_EQI] = {"EQI", BC_ABC, TESTS},
    [BC_LTI] = {"LTI", BC_ABC, TESTS}, [BC_LEI] = {"LEI", BC_ABC, TESTS},
    [BC_GTI] = {"GTI", BC_ABC, TESTS}, [BC_GEI] = {"GEI", BC_ABC, TESTS},
    [BC_TEST] = {"TEST", BC_ABC, TESTS}, [BC_TESTSET] = {"TESTSET", BC_ABC, TESTS | SETS},
    [BC_CALL] = {"CALL", BC_ABC, SETS}, [BC_TAILCALL] = {"TAILCALL", BC_ABC, SETS},
    [BC_RETURN] = {"RETURN", BC_ABC, 0}, [BC_RETURN0] = {"RETURN0", BC_ABC, 0},
    [BC_RETURN1] = {"RETURN1", BC_ABC, 0}, [BC_FORLOOP] = {"FORLOOP", BC_ABX, SETS},
    [BC_FORPREP] = {"FORPREP", BC_ABX, SETS}, [BC_TFORPREP] = {"TFORPREP", BC_ABX, 0},
    [BC_TFORCALL] = {"TFORCALL", BC_ABC, 0}, [BC_TFORLOOP] = {"TFORLOOP", BC_ABX, SETS},
    [BC_SETLIST] = {"SETLIST", BC_ABC, 0}, [BC_CLOSURE] = {"CLOSURE", BC_ABX, SETS},
    [BC_VARARG] = {"VARARG", BC_ABC, SETS}, [BC_VARARGPREP] = {"VARARGPREP", BC_ABC, SETS},
    [BC_EXTRAARG] = {"EXTRAARG", BC_AX, 0},
};
// clang-format on

struct instruction instruction_decode(uint32_t word)
{
    struct instruction i = {.name = "?", .op = (int)(word & 0x7f)};
    if (i.op < BC_OPS) {
        i.name = operations[i.op].name;
        i.mode = operations[i.op].mode;
        i.sets_a = operations[i.op].flags & SETS;
        i.tests = operations[i.op].flags & TESTS;
    }
    i.a = i.mode == BC_AX || i.mode == BC_SJ ? 0 : (int)(word >> 7 & 0xff);
    switch (i.mode) {
    case BC_ABC:
        i.k = word >> 15 & 1;
        i.b = (int)(word >> 16 & 0xff);
        i.c = (int)(word >> 24 & 0xff);
        break;
    case BC_ABX:
        i.bx = (int)(word >> 15);
        break;
    case BC_ASBX:
        i.bx = (int)(word >> 15) - 0xffff;
        break;
    case BC_AX:
        i.bx = (int)(word >> 7);
        break;
    case BC_SJ:
        i.bx = (int)(word >> 7) - 0xffffff;
        break;
    }
    return i;
}

/* The fall-through of an instruction, as a distance; 0 when control never goes on behind it. */
static int forward(struct instruction i)
{
    switch (i.op) {
    case BC_LFALSESKIP: /* skips the instruction that would make it true */
    case BC_LOADKX:     /* these two skip their extra argument */
    case BC_NEWTABLE:
        return 2;
    case BC_SETLIST:
        return i.k ? 2 : 1;
    case BC_JMP:
    case BC_TFORPREP:
    case BC_TAILCALL: /* the RETURN behind it only serves C functions, inside the call */
    case BC_RETURN:
    case BC_RETURN0:
    case BC_RETURN1:
        return 0;
    default:
        return 1;
    }
}

/* The other way an instruction can take, as a distance; 0 when there is none. */
static int sideways(struct instruction i)
{
    if (i.tests)
        return 2;
    switch (i.op) {
    case BC_JMP:
        return i.bx + 1;
    case BC_TFORPREP:
        return i.bx + 1;
    case BC_FORPREP:
        return i.bx + 2;
    case BC_FORLOOP:
    case BC_TFORLOOP:
        return 1 - i.bx;
    default:
        return 0;
    }
}

int instruction_successors(const uint32_t *code, int n, int pc, int next[2])
{
    if (pc < 0 || pc >= n)
        return 0;
    struct instruction i = instruction_decode(code[pc]);
    int found = 0, fall = forward(i), jump = sideways(i);
    if (fall && pc + fall < n)
        next[found++] = pc + fall;
    /* A jump of -1 goes to itself: `while true do end`. */
    bool jumps = jump != 0 || i.op == BC_JMP || i.op == BC_FORLOOP || i.op == BC_TFORLOOP;
    if (jumps && pc + jump >= 0 && pc + jump < n)
        next[found++] = pc + jump;
    return found;
}

uint32_t instruction_jump(int distance)
{
    return (uint32_t)(distance - 1 + 0xffffff) << 7 | BC_JMP;
}
