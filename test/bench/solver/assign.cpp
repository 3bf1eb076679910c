// The algorithm of src/matching/assign.ts once more, line by line, for comparison: what does JavaScript cost?
// Reads from standard input: rows, columns (int32), the price of leaving out (double), capacities (int32), costs
// (double). Prints the median of the given number of runs in milliseconds and the total.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

using std::vector;
constexpr double INF = std::numeric_limits<double>::infinity();

struct Problem {
  int rows, columns;
  double price;
  vector<int> capacity;
  vector<double> cost;
};

struct Held {
  vector<int> column, free, first, next, previous;
  explicit Held(const Problem &p)
      : column(p.rows, -1), free(p.capacity), first(p.columns, -1), next(p.rows, -1), previous(p.rows, -1) {}
  void put(int i, int j) {
    int head = first[j];
    column[i] = j;
    next[i] = head;
    previous[i] = -1;
    if (head >= 0) previous[head] = i;
    first[j] = i;
    free[j]--;
  }
  void take(int i) {
    int j = column[i];
    if (j < 0) return;
    int before = previous[i], after = next[i];
    if (before < 0) first[j] = after;
    else next[before] = after;
    if (after >= 0) previous[after] = before;
    column[i] = -1;
    free[j]++;
  }
};

double assign(const Problem &p) {
  const int rows = p.rows, columns = p.columns;
  const double *cost = p.cost.data();
  Held held(p);
  vector<double> u(rows), v(columns, 0.0), distance(columns);
  vector<int> waiting, reachedBy(columns), order(columns);

  for (int i = 0; i < rows; i++) {
    const double *row = cost + (size_t)i * columns;
    double cheapest = INF;
    for (int j = 0; j < columns; j++) cheapest = std::min(cheapest, row[j]);
    u[i] = std::min(cheapest, p.price);
    if (p.price < cheapest) continue;
    int j = 0;
    while (j < columns && !(row[j] == cheapest && held.free[j] > 0)) j++;
    if (j < columns) held.put(i, j);
    else waiting.push_back(i);
  }
  for (int j = 0; j < columns; j++) order[j] = j;

  for (int start : waiting) {
    int low = 0, up = 0, end = -1, out = start;
    double nearest = 0, outDistance = p.price - u[start];
    const double *own = cost + (size_t)start * columns;
    for (int j = 0; j < columns; j++) {
      distance[j] = own[j] - u[start] - v[j];
      reachedBy[j] = start;
    }
    bool searching = true;
    while (searching) {
      if (low == up) {
        nearest = INF;
        for (int k = low; k < columns; k++) {
          int j = order[k];
          double d = distance[j];
          if (d > nearest || d == INF) continue;
          if (d < nearest) {
            nearest = d;
            up = low;
          }
          order[k] = order[up];
          order[up++] = j;
        }
        if (outDistance < nearest) {
          nearest = outDistance;
          break;
        }
        for (int k = low; k < up; k++)
          if (held.free[order[k]] > 0) {
            end = order[k];
            searching = false;
            break;
          }
        if (!searching) break;
      }
      int full = order[low++];
      for (int i = held.first[full]; i >= 0 && searching; i = held.next[i]) {
        double base = nearest - u[i];
        double toOut = base + p.price;
        if (toOut < outDistance) {
          outDistance = toOut;
          out = i;
        }
        const double *row = cost + (size_t)i * columns;
        for (int k = up; k < columns; k++) {
          int j = order[k];
          double d = row[j] - v[j] + base;
          if (d >= distance[j]) continue;
          distance[j] = d;
          reachedBy[j] = i;
          if (d > nearest) continue;
          if (held.free[j] > 0) {
            end = j;
            searching = false;
            break;
          }
          order[k] = order[up];
          order[up++] = j;
        }
      }
    }
    u[start] += nearest;
    for (int k = 0; k < low; k++) {
      int j = order[k];
      double delta = nearest - distance[j];
      v[j] -= delta;
      for (int i = held.first[j]; i >= 0; i = held.next[i]) u[i] += delta;
    }
    if (end < 0) {
      if (out == start) continue;
      end = held.column[out];
      held.take(out);
    }
    for (int j = end;;) {
      int i = reachedBy[j], before = held.column[i];
      held.take(i);
      held.put(i, j);
      if (i == start) break;
      j = before;
    }
  }
  double total = 0;
  for (int i = 0; i < rows; i++) total += held.column[i] < 0 ? p.price : cost[(size_t)i * columns + held.column[i]];
  return total;
}

template <typename T> void readInto(T *into, size_t count) {
  if (fread(into, sizeof(T), count, stdin) != count) exit(1);
}

int main(int argc, char **argv) {
  int runs = argc > 1 ? atoi(argv[1]) : 1;
  Problem p;
  readInto(&p.rows, 1);
  readInto(&p.columns, 1);
  readInto(&p.price, 1);
  p.capacity.resize(p.columns);
  readInto(p.capacity.data(), p.capacity.size());
  p.cost.resize((size_t)p.rows * p.columns);
  readInto(p.cost.data(), p.cost.size());
  vector<double> taken;
  double total = 0;
  for (int run = 0; run < runs; run++) {
    auto began = std::chrono::steady_clock::now();
    total = assign(p);
    taken.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
  }
  std::sort(taken.begin(), taken.end());
  printf("%.3f %.0f\n", taken[taken.size() / 2], total);
}
