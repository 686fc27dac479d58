// Runs folds on an output-stationary array, one after another. The image holds for every fold: rows, cols, steps, depth,
// 1 where activations are signed; the activations of each row; the weights of each column. GLOBAL = 1 takes the array with one
// stall for all.
`timescale 1ns / 1ns
module os_tb;
  parameter GLOBAL = 0;
  parameter ROWS = 8;
  parameter COLS = 8;
  parameter LOG = 3;
  parameter DA = 2;
  parameter DW = 2;
  parameter WORDS = 1 << 20;
  localparam FULL = 8;
  localparam SUM = 32;
  localparam AW = FULL + 10;

  reg [31:0] image[0:WORDS-1];
  reg [8*512-1:0] path;
  integer folds, words, limit, fold, base, cycle, finish, c;
  reg clk, reset;
  reg [31:0] rows, cols, steps, depth, signed_activations;

  wire [ROWS-1:0] west_valid, west_ready;
  wire [ROWS*AW-1:0] west;
  wire [COLS-1:0] north_valid, north_ready;
  wire [COLS*FULL-1:0] north;
  wire finished, south_valid;
  wire [COLS*SUM-1:0] south;

  // The edges: every row and column offers its next operand.
  genvar g;
  generate
    for (g = 0; g < ROWS; g = g + 1) begin : left
      reg  [15:0] next;
      wire [31:0] word = image[base+5+g*steps+{16'd0, next}];
      assign west_valid[g] = g < rows && next < steps;
      assign west[g*AW+:AW] = word[AW-1:0];
      always @(posedge clk)
        if (reset) next <= 16'd0;
        else if (west_valid[g] && west_ready[g]) next <= next + 16'd1;
    end
    for (g = 0; g < COLS; g = g + 1) begin : top
      reg  [15:0] next;
      wire [31:0] word = image[base+5+(rows+g)*steps+{16'd0, next}];
      assign north_valid[g] = g < cols && next < steps;
      assign north[g*FULL+:FULL] = word[FULL-1:0];
      always @(posedge clk)
        if (reset) next <= 16'd0;
        else if (north_valid[g] && north_ready[g]) next <= next + 16'd1;
    end

    if (GLOBAL) begin : dut
      os_global #(
          .ROWS(ROWS), .COLS(COLS), .DA(DA), .DW(DW), .FULL(FULL), .SUM(SUM)
      ) array (
          .signed_activations(signed_activations[0]),
          .clk(clk), .reset(reset), .rows(rows[7:0]), .cols(cols[7:0]), .steps(steps[15:0]),
          .west_valid(west_valid), .west(west), .west_ready(west_ready),
          .north_valid(north_valid), .north(north), .north_ready(north_ready),
          .finished(finished), .south_valid(south_valid), .south(south)
      );
    end else begin : dut
      os_array #(
          .ROWS(ROWS), .COLS(COLS), .LOG(LOG), .DA(DA), .DW(DW), .FULL(FULL), .SUM(SUM)
      ) array (
          .signed_activations(signed_activations[0]),
          .clk(clk), .reset(reset), .rows(rows[7:0]), .cols(cols[7:0]), .steps(steps[15:0]), .depth(depth[LOG:0]),
          .west_valid(west_valid), .west(west), .west_ready(west_ready),
          .north_valid(north_valid), .north(north), .north_ready(north_ready),
          .finished(finished), .south_valid(south_valid), .south(south)
      );
    end
  endgenerate

  task tick;
    begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
      cycle = cycle + 1;
    end
  endtask

  task watch;
    if (cycle > limit) begin
      $display("watchdog: fold %0d has not ended after %0d cycles", fold, limit);
      $finish;
      #1000000;
    end
  endtask

  initial begin
    if (!$value$plusargs("image=%s", path)) path = "image.hex";
    if (!$value$plusargs("folds=%d", folds)) folds = 0;
    if (!$value$plusargs("words=%d", words)) words = 0;
    if (!$value$plusargs("limit=%d", limit)) limit = 100000;
    $readmemh(path, image, 0, words - 1);
    clk = 1'b0;
    base = 0;
    for (fold = 0; fold < folds; fold = fold + 1) begin
      rows = image[base];
      cols = image[base+1];
      steps = image[base+2];
      depth = image[base+3];
      signed_activations = image[base+4];
      reset = 1'b1;
      tick;
      reset = 1'b0;
      // In the cycle before the first the edges offer their first operands.
      cycle = -1;
      #1;
      while (!finished) begin
        tick;
        watch;
      end
      finish = cycle;
      while (south_valid) begin
        $write("sums");
        for (c = 0; c < COLS; c = c + 1) if (c < cols) $write(" %0d", $signed(south[c*SUM+:SUM]));
        $write("\n");
        tick;
      end
      $display("cycles %0d drained %0d", finish, cycle);
      base = base + 5 + (rows + cols) * steps;
    end
    $finish;
  end
endmodule
