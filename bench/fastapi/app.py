"""A request that computes, answered in four ways by one FastAPI application: docs/fastapi.md says what each does to the
event loop. compare.py starts it; by hand: python3 -m uvicorn --app-dir bench/fastapi app:app"""
import asyncio
import time
from concurrent.futures import ProcessPoolExecutor

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

POOL_WORKERS = 2

app = FastAPI()
pool = None


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def measured_fib(n):
    """With the processor time of whoever computed it."""
    begin = time.thread_time()
    result = fib(n)
    return {"result": result, "cpu_s": time.thread_time() - begin}


@app.on_event("startup")
def start_pool():
    """Both workers have started and computed when the first request comes."""
    global pool
    pool = ProcessPoolExecutor(POOL_WORKERS)
    for started in [pool.submit(time.sleep, 0.1) for _ in range(POOL_WORKERS)]:
        started.result()


@app.on_event("shutdown")
def end_pool():
    pool.shutdown(wait=True, cancel_futures=True)


@app.get("/ping", response_class=PlainTextResponse)
async def ping():
    return "pong\n"


@app.get("/inline/{n}")
async def inline(n: int):
    return measured_fib(n)


# A plain function: FastAPI runs it in its pool of threads.
@app.get("/threads/{n}")
def threads(n: int):
    return measured_fib(n)


@app.get("/pool-wait/{n}")
async def pool_wait(n: int):
    return pool.submit(measured_fib, n).result()


@app.get("/pool-await/{n}")
async def pool_await(n: int):
    return await asyncio.get_running_loop().run_in_executor(pool, measured_fib, n)
