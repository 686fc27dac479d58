// Runs folds on a weight-stationary array (HELD = 1: input-stationary), one after another. The image holds for every fold:
// rows, cols, items, depth, 1 where activations are signed; the stream of each row; what each row holds, column by column.
// GLOBAL = 1 takes the array with one stall for all.
`timescale 1ns / 1ns
module ws_tb;
  parameter GLOBAL = 0;
  parameter HELD = 0;
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
  integer folds, words, limit, fold, base, cycle, finish, c, left_to_come;
  reg clk, reset;
  reg [31:0] rows, cols, items, depth, signed_activations;

  wire [ROWS-1:0] west_valid, west_ready;
  wire [ROWS*AW-1:0] west;
  wire [COLS*AW-1:0] north;
  wire finished, north_ready;
  wire [COLS-1:0] south_valid;
  wire [COLS*SUM-1:0] south;

  genvar g;
  generate
    for (g = 0; g < ROWS; g = g + 1) begin : left
      reg  [15:0] next;
      wire [31:0] word = image[base+5+g*items+{16'd0, next}];
      assign west_valid[g] = g < rows && next < items;
      assign west[g*AW+:AW] = word[AW-1:0];
      always @(posedge clk)
        if (reset) next <= 16'd0;
        else if (west_valid[g] && west_ready[g]) next <= next + 16'd1;
    end

    // The lowest row's operands enter first.
    reg [31:0] to_load;
    always @(posedge clk)
      if (reset) to_load <= rows;
      else if (north_ready) to_load <= to_load - 1;
    for (g = 0; g < COLS; g = g + 1) begin : top
      wire [31:0] word = image[base+5+rows*items+(to_load-1)*cols+g];
      assign north[g*AW+:AW] = word[AW-1:0];
    end

    if (GLOBAL) begin : dut
      ws_global #(
          .HELD(HELD), .ROWS(ROWS), .COLS(COLS), .DA(DA), .DW(DW), .FULL(FULL), .SUM(SUM)
      ) array (
          .signed_activations(signed_activations[0]),
          .clk(clk), .reset(reset), .rows(rows[7:0]), .cols(cols[7:0]), .items(items[15:0]),
          .west_valid(west_valid), .west(west), .west_ready(west_ready), .north(north), .north_ready(north_ready),
          .finished(finished), .south_valid(south_valid), .south(south)
      );
    end else begin : dut
      ws_array #(
          .HELD(HELD), .ROWS(ROWS), .COLS(COLS), .LOG(LOG), .DA(DA), .DW(DW), .FULL(FULL), .SUM(SUM)
      ) array (
          .signed_activations(signed_activations[0]),
          .clk(clk), .reset(reset), .rows(rows[7:0]), .cols(cols[7:0]), .items(items[15:0]), .depth(depth[LOG:0]),
          .west_valid(west_valid), .west(west), .west_ready(west_ready), .north(north), .north_ready(north_ready),
          .finished(finished), .south_valid(south_valid), .south(south)
      );
    end
  endgenerate

  // Sums as they leave, each with its column.
  task collect;
    for (c = 0; c < COLS; c = c + 1)
      if (c < cols && south_valid[c]) begin
        $display("sum %0d %0d", c, $signed(south[c*SUM+:SUM]));
        left_to_come = left_to_come - 1;
      end
  endtask

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
      items = image[base+2];
      depth = image[base+3];
      signed_activations = image[base+4];
      left_to_come = cols * items;
      reset = 1'b1;
      tick;
      reset = 1'b0;
      // Cycle 0 is the first of the preload.
      cycle = 0;
      #1;
      while (!finished) begin
        collect;
        tick;
        watch;
      end
      finish = cycle;
      // The last sums leave in the cycle after the last service.
      while (left_to_come > 0) begin
        collect;
        tick;
        watch;
      end
      $display("cycles %0d left %0d", finish, cycle);
      base = base + 5 + rows * (items + cols);
    end
    $finish;
  end
endmodule
