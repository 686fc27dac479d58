// Serial drain: once an array has finished, its sums shift down and out at the bottom, one row per cycle.
module drain #(
    parameter ROWS = 8,
    parameter COLS = 8,
    parameter SUM = 32
) (
    input  wire                     clk,
    input  wire                     reset,
    input  wire [7:0]               rows,
    input  wire                     finished,
    input  wire [ROWS*COLS*SUM-1:0] sums,
    output wire                     valid,
    // The sums of the lowest row in use.
    output wire [COLS*SUM-1:0]      south
);
  reg [7:0] drained;
  assign valid = finished && drained < rows;
  assign south = sums[(rows-8'd1)*COLS*SUM+:COLS*SUM];

  always @(posedge clk)
    if (reset) drained <= 0;
    else if (valid) drained <= drained + 8'd1;
endmodule
