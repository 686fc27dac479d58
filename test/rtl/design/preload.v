// Counts the preload: held operands shift down into the rows in use, the lowest row's first, one row per cycle.
module preload (
    input  wire       clk,
    input  wire       reset,
    input  wire [7:0] rows,
    output wire       loading,
    output wire       last
);
  reg [7:0] loaded;
  assign loading = loaded < rows;
  assign last = loaded + 8'd1 == rows;

  always @(posedge clk)
    if (reset) loaded <= 0;
    else if (loading) loaded <= loaded + 8'd1;
endmodule
