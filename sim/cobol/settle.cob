      *> Settles a pool the way an operator's batch does: from a file of
      *> unit combinations with fixed records, read from first to last,
      *> once to add up the winning stakes by rank and once to pay.
      *>
      *> Files, by environment variable:
      *>   DD_RULES   what the race makes payable, line by line:
      *>                P horse place        place of a horse that counts
      *>                R size order mask+1 class
      *>                     a unit of so many horses, those of the mask
      *>                     of places among them, in the order of the
      *>                     arrival (2) or not (1), is of this class
      *>                D class dividend     hundredths of a euro
      *>   DD_UNITS   the units, 1,024 a block; the last block ends in
      *>              zeros. Blocks are what the access method of a
      *>              mainframe would make of such records.
      *>   DD_PAID    written when there are dividends: bet and cents.
      *>
      *> Without dividends it displays the stakes of each class; with
      *> them, what it paid. Each unit is rounded to the nearest cent on
      *> its own, halves up.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. SETTLE.

       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT RULES ASSIGN TO "RULES"
               ORGANIZATION LINE SEQUENTIAL.
           SELECT UNITS ASSIGN TO "UNITS"
               ORGANIZATION SEQUENTIAL.
           SELECT PAID ASSIGN TO "PAID"
               ORGANIZATION SEQUENTIAL.

       DATA DIVISION.
       FILE SECTION.
       FD  RULES.
       01  RULE.
           05  RULE-KIND           PIC X.
           05  RULE-A              PIC 9(3).
           05  RULE-B              PIC 9(3).
           05  RULE-C              PIC 9(3).
           05  RULE-N              PIC 9(15).

       FD  UNITS.
       01  UNIT-BLOCK.
           05  UNIT-ROW OCCURS 1024 TIMES.
               10  UNIT-BET        PIC 9(9) COMP.
               10  UNIT-STAKE      PIC 9(9) COMP.
               10  UNIT-HORSE      BINARY-CHAR UNSIGNED
                                   OCCURS 8 TIMES.

       FD  PAID.
       01  PAYMENT.
           05  PAYMENT-BET         PIC 9(9) COMP.
           05  PAYMENT-CENTS       PIC 9(18) COMP.

       WORKING-STORAGE SECTION.
       01  PLACES.
           05  PLACE               BINARY-LONG OCCURS 256 TIMES
                                   VALUE 0.
       01  BITS.
           05  BIT-OF              BINARY-LONG OCCURS 8 TIMES.
       01  RANKS.
           05  RANK-SIZE OCCURS 8 TIMES.
               10  RANK-ORDER OCCURS 2 TIMES.
                   15  RANK-CLASS  BINARY-LONG OCCURS 256 TIMES
                                   VALUE 0.
       01  CLASSES.
           05  CLASS-STAKES        BINARY-DOUBLE OCCURS 256 TIMES
                                   VALUE 0.
           05  CLASS-DIVIDEND      PIC S9(13)V99 COMP-5
                                   OCCURS 256 TIMES VALUE 0.
       01  CLASS-MAX               BINARY-LONG VALUE 0.
       01  PAYING                  BINARY-LONG VALUE 0.
       01  AT-END-OF-FILE          BINARY-LONG VALUE 0.
       01  I                       BINARY-LONG.
       01  H                       BINARY-LONG.
       01  P                       BINARY-LONG.
       01  LAST-PLACE              BINARY-LONG.
       01  IN-ORDER                BINARY-LONG.
       01  MASK                    BINARY-LONG.
       01  CLASS-NO                BINARY-LONG.
       01  CENTS                   PIC S9(15) COMP-5.
       01  BET-NO                  BINARY-DOUBLE VALUE -1.
       01  BET-CENTS               PIC S9(15) COMP-5 VALUE 0.
       01  ALL-CENTS               PIC S9(18) COMP-5 VALUE 0.
       01  SHOWN-CLASS             PIC 9(3).
       01  SHOWN-CENTS             PIC 9(18).

       PROCEDURE DIVISION.
       MAIN-LINE.
           PERFORM READ-RULES
           OPEN INPUT UNITS
           IF PAYING = 1
               OPEN OUTPUT PAID
           END-IF
           PERFORM READ-BLOCK
           PERFORM UNTIL AT-END-OF-FILE = 1
               PERFORM VARYING I FROM 1 BY 1
                       UNTIL I > 1024 OR UNIT-HORSE(I, 1) = 0
                   PERFORM CLASSIFY
                   IF CLASS-NO > 0
                       IF PAYING = 1
                           PERFORM PAY-UNIT
                       ELSE
                           ADD UNIT-STAKE(I) TO CLASS-STAKES(CLASS-NO)
                       END-IF
                   END-IF
               END-PERFORM
               PERFORM READ-BLOCK
           END-PERFORM
           CLOSE UNITS
           IF PAYING = 1
               PERFORM PAY-BET
               CLOSE PAID
               MOVE ALL-CENTS TO SHOWN-CENTS
               DISPLAY "PAID " SHOWN-CENTS
           ELSE
               PERFORM VARYING CLASS-NO FROM 1 BY 1
                       UNTIL CLASS-NO > CLASS-MAX
                   MOVE CLASS-NO TO SHOWN-CLASS
                   MOVE CLASS-STAKES(CLASS-NO) TO SHOWN-CENTS
                   DISPLAY SHOWN-CLASS " " SHOWN-CENTS
               END-PERFORM
           END-IF
           STOP RUN.

       READ-RULES.
           MOVE 1 TO MASK
           PERFORM VARYING I FROM 1 BY 1 UNTIL I > 8
               MOVE MASK TO BIT-OF(I)
               ADD MASK TO MASK
           END-PERFORM
           OPEN INPUT RULES
           PERFORM UNTIL AT-END-OF-FILE = 1
               READ RULES
                   AT END
                       MOVE 1 TO AT-END-OF-FILE
                   NOT AT END
                       PERFORM TAKE-RULE
               END-READ
           END-PERFORM
           CLOSE RULES
           MOVE 0 TO AT-END-OF-FILE.

       TAKE-RULE.
           EVALUATE RULE-KIND
               WHEN "P"
                   MOVE RULE-B TO PLACE(RULE-A)
               WHEN "R"
                   MOVE RULE-N TO RANK-CLASS(RULE-A, RULE-B, RULE-C)
                   IF RULE-N > CLASS-MAX
                       MOVE RULE-N TO CLASS-MAX
                   END-IF
               WHEN "D"
                   MOVE 1 TO PAYING
                   COMPUTE CLASS-DIVIDEND(RULE-A) = RULE-N / 100
           END-EVALUATE.

       READ-BLOCK.
           READ UNITS
               AT END
                   MOVE 1 TO AT-END-OF-FILE
           END-READ.

      *> The places of the unit's horses, and whether they stand in it
      *> in the order of the arrival.
       CLASSIFY.
           MOVE 0 TO MASK
           MOVE 0 TO LAST-PLACE
           MOVE 2 TO IN-ORDER
           PERFORM VARYING H FROM 1 BY 1 UNTIL H > 8
               IF UNIT-HORSE(I, H) = 0
                   EXIT PERFORM
               END-IF
               MOVE PLACE(UNIT-HORSE(I, H)) TO P
               IF P > 0
                   ADD BIT-OF(P) TO MASK
                   IF P < LAST-PLACE
                       MOVE 1 TO IN-ORDER
                   END-IF
                   MOVE P TO LAST-PLACE
               END-IF
           END-PERFORM
           MOVE RANK-CLASS(H - 1, IN-ORDER, MASK + 1) TO CLASS-NO.

       PAY-UNIT.
           IF UNIT-BET(I) NOT = BET-NO
               PERFORM PAY-BET
               MOVE UNIT-BET(I) TO BET-NO
           END-IF
           COMPUTE CENTS ROUNDED =
               UNIT-STAKE(I) * CLASS-DIVIDEND(CLASS-NO)
           ADD CENTS TO BET-CENTS.

       PAY-BET.
           IF BET-CENTS > 0
               MOVE BET-NO TO PAYMENT-BET
               MOVE BET-CENTS TO PAYMENT-CENTS
               WRITE PAYMENT
               ADD BET-CENTS TO ALL-CENTS
               MOVE 0 TO BET-CENTS
           END-IF.
