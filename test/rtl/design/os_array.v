// Output-stationary array, elastic: a FIFO stands on both inputs of every PE. An idle PE with both heads present starts if
// the FIFOs to the right and below have room; it pops both and hands them on in the same cycle.
// Rows and columns in use, steps and FIFO depth are inputs; the edges push whatever is offered while there is room.
module os_array #(
    parameter ROWS = 8,
    parameter COLS = 8,
    parameter LOG = 3,
    parameter DA = 2,
    parameter DW = 2,
    parameter FULL = 8,
    parameter SUM = 32
) (
    input  wire                          clk,
    input  wire                          reset,
    input  wire [7:0]                    rows,
    input  wire [7:0]                    cols,
    input  wire [15:0]                   steps,
    input  wire                          signed_activations,
    input  wire [LOG:0]                  depth,
    input  wire [ROWS-1:0]               west_valid,
    input  wire [ROWS*(FULL+10)-1:0]     west,
    output wire [ROWS-1:0]               west_ready,
    input  wire [COLS-1:0]               north_valid,
    input  wire [COLS*FULL-1:0]          north,
    output wire [COLS-1:0]               north_ready,
    output wire                          finished,
    output wire                          south_valid,
    output wire [COLS*SUM-1:0]           south
);
  localparam AW = FULL + 10;
  wire [ROWS*COLS-1:0] done;
  wire [ROWS*COLS*SUM-1:0] sums;
  assign finished = &done;

  drain #(
      .ROWS(ROWS),
      .COLS(COLS),
      .SUM(SUM)
  ) results (
      .clk(clk),
      .reset(reset),
      .rows(rows),
      .finished(finished),
      .sums(sums),
      .valid(south_valid),
      .south(south)
  );

  genvar r, c;
  generate
    for (r = 0; r < ROWS; r = r + 1) begin : row
      for (c = 0; c < COLS; c = c + 1) begin : col
        wire used = r < rows && c < cols;
        wire start, busy, ends, idle_for_good;
        wire push_left, some_left, room_left, push_above, some_above, room_above;
        wire room_right, room_below;
        wire [AW-1:0] in_left, activation;
        wire [FULL-1:0] in_above, weight;
        wire signed [SUM-1:0] sum, sum_above;

        if (c == 0) begin : left
          assign push_left = west_valid[r] && room_left && used;
          assign in_left = west[r*AW+:AW];
          assign west_ready[r] = room_left;
        end else begin : left
          assign push_left = row[r].col[c-1].start && used;
          assign in_left = row[r].col[c-1].activation;
        end
        if (r == 0) begin : above
          assign push_above = north_valid[c] && room_above && used;
          assign in_above = north[c*FULL+:FULL];
          assign north_ready[c] = room_above;
          assign sum_above = {SUM{1'b0}};
        end else begin : above
          assign push_above = row[r-1].col[c].start && used;
          assign in_above = row[r-1].col[c].weight;
          assign sum_above = row[r-1].col[c].sum;
        end
        if (c == COLS - 1) begin : right
          assign room_right = 1'b1;
        end else begin : right
          assign room_right = !row[r].col[c+1].used || row[r].col[c+1].room_left;
        end
        if (r == ROWS - 1) begin : below
          assign room_below = 1'b1;
        end else begin : below
          assign room_below = !row[r+1].col[c].used || row[r+1].col[c].room_above;
        end

        fifo #(
            .WIDTH(AW),
            .LOG(LOG)
        ) from_left (
            .clk(clk),
            .reset(reset),
            .depth(depth),
            .push(push_left),
            .in(in_left),
            .pop(start),
            .head(activation),
            .some(some_left),
            .room(room_left)
        );
        fifo #(
            .WIDTH(FULL),
            .LOG(LOG)
        ) from_above (
            .clk(clk),
            .reset(reset),
            .depth(depth),
            .push(push_above),
            .in(in_above),
            .pop(start),
            .head(weight),
            .some(some_above),
            .room(room_above)
        );

        assign start = !busy && some_left && some_above && room_right && room_below;

        os_pe #(
            .DA(DA),
            .DW(DW),
            .FULL(FULL),
            .SUM(SUM)
        ) pe (
            .clk(clk),
            .reset(reset),
            .steps(steps),
            .signed_activations(signed_activations),
            .start(start),
            .activation(activation),
            .weight(weight),
            .shift(south_valid),
            .sum_above(sum_above),
            .sum(sum),
            .busy(busy),
            .ends(ends),
            .finished(idle_for_good)
        );
        assign done[r*COLS+c] = !used || idle_for_good;
        assign sums[(r*COLS+c)*SUM+:SUM] = sum;
      end
    end
  endgenerate
endmodule
