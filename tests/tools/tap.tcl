# TAP and a dialogue for tests of the terminal: `source $env(TOOLS)/tap.tcl`, then
#   start xdb prog.lua          a program on a pseudo terminal
#   wants {pattern} name        one test: the pattern (a Tcl regexp) comes within 20 seconds
#   type "step\r"               keys
#   ends STATUS name            one test: the program ends with this status
#   finish                      the plan
set count 0
set failed 0
set timeout 20
log_user 0

proc ok {cond name {detail ""}} {
    global count failed
    incr count
    puts "[expr {$cond ? {ok} : {not ok}}] $count - $name"
    if {!$cond} {
        incr failed
        foreach line [split [string map {\r ""} $detail] \n] { puts "# $line" }
    }
}

proc start {args} {
    global spawn_id env
    set env(TERM) xterm
    eval [list spawn -noecho] $args
}

proc type {keys} { send -- $keys }

proc wants {pattern name} {
    global expect_out
    set expect_out(buffer) ""
    expect {
        -re $pattern { ok 1 $name }
        timeout { ok 0 $name "no $pattern in:\n$expect_out(buffer)" }
        eof { ok 0 $name "the end before $pattern in:\n$expect_out(buffer)" }
    }
}

proc ends {status name} {
    global expect_out
    set expect_out(buffer) ""
    expect {
        eof {
            lassign [wait] pid id os_error value
            ok [expr {$value == $status}] $name "ended with $value"
        }
        timeout { ok 0 $name "still running" }
    }
}

proc finish {} {
    global count failed
    puts "1..$count"
    exit [expr {$failed > 0 || $count == 0}]
}
